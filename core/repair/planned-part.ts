import { describeNow } from '../cloud/judge-route-table.ts';
import { awsCommand, formatRoute, type RouteTableChange, undoWrite } from '../cloud/route-table-change.ts';
import { type Evidence, measuredOn } from '../evidence/evidence.ts';
import { formatOperation } from '../grammar/operation.ts';
import { type Change, changeOf } from './change.ts';
import type { HostPlan } from './plan.ts';

/** One change as it is printed; `undo` is empty where nothing has to be undone. */
export interface PlannedChange extends Change {
  readonly line: string;
}

/** What changes in one place: a host, or a route table of the cloud. */
export interface PlannedPart {
  readonly place: string;
  readonly changes: readonly PlannedChange[];
}

export function hostPart(evidence: Evidence, { host, operations }: HostPlan): PlannedPart {
  const measured = measuredOn(evidence.readings, host);
  const anew = operations.flatMap((operation) => (operation.op === 'vxlan create' ? [operation.dev] : []));
  const changes = operations.map((operation): PlannedChange => {
    const line = formatOperation(operation);
    if (measured === undefined) return { line, sign: '~', now: null, undo: '' };
    // Entries on a device that is recreated are lost with the old device, and undone with the new one.
    const onNewDevice = operation.op !== 'vxlan create' && 'dev' in operation && anew.includes(operation.dev);
    return { line, ...(onNewDevice ? { sign: '+' as const, now: null, undo: '' } : changeOf(operation, measured)) };
  });
  return { place: host, changes };
}

export function tablePart(change: RouteTableChange): PlannedPart {
  const { table, now } = change;
  const planned: PlannedChange = {
    line: formatRoute(change),
    sign: now === null ? '+' : '~',
    now: now === null ? null : describeNow(now),
    undo: awsCommand(table, undoWrite(change)),
  };
  return { place: table, changes: [planned] };
}

/** `  host`, then a line per change with what there is now. */
export function partLines({ place, changes }: PlannedPart): readonly string[] {
  const describe = ({ sign, line, now }: PlannedChange) => [
    `    ${sign} ${line}`,
    ...(now === null ? [] : [`        now: ${now}`]),
  ];
  return ['', `  ${place}`, ...changes.flatMap(describe)];
}

/** The last change first: the order for undoing them by hand. */
export function undoLines(parts: readonly PlannedPart[]): readonly string[] {
  return parts.flatMap(({ place, changes }) =>
    changes.toReversed().flatMap(({ undo }) => (undo === '' ? [] : [`${place}: ${undo}`])),
  );
}
