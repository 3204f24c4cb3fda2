import { type RouteTableChange, routeChangeLines } from '../cloud/route-table-change.ts';
import { formatOperation, type Operation } from '../grammar/operation.ts';

/** The operations for one host, in the order of the batch. */
export interface HostPlan {
  readonly host: string;
  readonly operations: readonly Operation[];
}

/** A repair that lives in the kernel or the cloud only, and the configuration file that would keep it. */
export interface PermanentChange {
  readonly host: string;
  readonly file: string;
  /** The part of the file, `[Interface]` for one; empty: the whole file. */
  readonly section: string;
  /** Lines to add; they replace lines that set the same. */
  readonly lines: readonly string[];
}

/** The exact changes that turn actual into expected. `beyond`: what no change of this plan mends, one sentence each. */
export interface Plan {
  /** Flannel's own; null: the overlay has none. */
  readonly device: string | null;
  readonly hosts: readonly HostPlan[];
  /** Changes of the cloud's route tables; a plan has these or hosts. */
  readonly routeTables?: readonly RouteTableChange[];
  readonly beyond: readonly string[];
  /** Why a person must say yes to it, whatever the stage says; absent or empty: the stage decides. */
  readonly asks?: readonly string[];
  /** What its owner has to write down beyond what the operations themselves tell. */
  readonly alsoKeep?: readonly PermanentChange[];
}

/** One environment variable holds 131,072 bytes (Linux MAX_ARG_STRLEN), its name and the terminating zero included. */
const MOST_CHARACTERS = 131_000;

/** Why a plan cannot be carried out at all; undefined when it can. */
export function whyUnfit(plan: Plan): string | undefined {
  const { hosts, beyond } = plan;
  if (isEmptyPlan(plan)) return beyond.length > 0 ? beyond.join('; ') : 'no operation of the grammar mends this';
  for (const { host, operations } of hosts) {
    const { length } = operations.map(formatOperation).join(',');
    if (length > MOST_CHARACTERS)
      return `it takes ${length} characters on ${host}, ${MOST_CHARACTERS} fit into one command`;
  }
  return undefined;
}

/** Why it needs a yes, where it does; one line per operation, with its host; the changes of route tables with what is there now, and how they are undone. */
export function planLines({ hosts, routeTables = [], asks = [] }: Plan): readonly string[] {
  const operations = hosts.flatMap(({ host, operations }) =>
    operations.map((operation) => `${host}: ${formatOperation(operation)}`),
  );
  return [...asks.map((why) => `asks: ${why}`), ...operations, ...routeTables.flatMap(routeChangeLines)];
}

/** True when carrying it out would change nothing. */
export function isEmptyPlan({ hosts, routeTables = [] }: Plan): boolean {
  return hosts.length === 0 && routeTables.length === 0;
}
