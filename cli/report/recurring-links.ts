import { countedClass } from '../../core/incident/counted-class.ts';
import type { Case } from './case.ts';

/** A node whose incidents had the fault on the same host: the node itself, or the other end of a link. */
export interface RecurringLink {
  readonly cluster: string;
  readonly node: string;
  /** Null: on no host of the fleet. */
  readonly hostAtFault: string | null;
  readonly incidents: number;
  /** Class → incidents, the most first. */
  readonly classes: Readonly<Record<string, number>>;
  /** Epoch milliseconds. */
  readonly lastAt: number;
}

/** Those with two incidents or more in which a fault was found, the most first. */
export function recurringLinks(cases: readonly Case[]): readonly RecurringLink[] {
  const found = cases.filter(({ incident }) => incident.found !== undefined);
  const byLink = Map.groupBy(found, ({ incident: { target, found: fault } }) =>
    JSON.stringify([target.cluster, target.node, fault?.hostAtFault ?? null]),
  );
  return [...byLink.values()]
    .filter((some) => some.length > 1)
    .flatMap((some) => {
      const [first] = some;
      return first === undefined ? [] : [linkOf(first, some)];
    })
    .toSorted((a, b) => b.incidents - a.incidents || b.lastAt - a.lastAt);
}

function linkOf({ incident: { target, found } }: Case, some: readonly Case[]): RecurringLink {
  const classes = [...Map.groupBy(some, ({ incident }) => countedClass(incident))]
    .map(([name, { length }]) => [name, length] as const)
    .toSorted((a, b) => b[1] - a[1]);
  return {
    cluster: target.cluster,
    node: target.node,
    hostAtFault: found?.hostAtFault ?? null,
    incidents: some.length,
    classes: Object.fromEntries(classes),
    lastAt: Math.max(...some.map(({ incident }) => incident.openedAt)),
  };
}
