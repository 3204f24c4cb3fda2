import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import type { Case } from './case.ts';

export const endings = ['repaired', 'self-recovered', 'with-a-person', 'other'] as const;

/**
 * How an incident ended, or stands. `repaired` and `self-recovered`: without a person. `with-a-person`: somebody was asked for an
 * approval or called, or took the node back. `other`: under way, held by another incident, or about no node of the cluster.
 */
export type Ending = (typeof endings)[number];

export function endingOf({ incident, receipt }: Case): Ending {
  const { outcome, phase } = incident;
  const isAtEnd = phase === 'closed' || phase === 'handed-over';
  if (isAtEnd && (outcome === 'cancelled' || receipt.some(callsPerson))) return 'with-a-person';
  return outcome === 'repaired' || outcome === 'self-recovered' ? outcome : 'other';
}

function callsPerson({ event }: ReceiptEntry): boolean {
  return event === 'approval-requested' || event === 'handed-over';
}

/** A stage that changes the network was carried out, or failed on the way. A quarantine changes no network. */
export function wasRepairTried({ receipt }: Case): boolean {
  const commanded = new Set(receipt.flatMap(({ event, stage }) => (event === 'command' ? [stage] : [])));
  return receipt.some(
    ({ event, stage, operationKey }) =>
      (event === 'verification' && operationKey !== null) ||
      (event === 'climbed' && stage !== null && commanded.has(stage)),
  );
}

/** A repair that holds has no incident of the same class on the same target for this long. */
export const STAYED_HOURS = 24;

/** The repair was verified, and the fault did not come back in time. `all`: every incident, also those after the period. */
export function didRepairStay({ incident }: Case, all: readonly Incident[]): boolean {
  const { outcome, closedAt } = incident;
  if (outcome !== 'repaired' || closedAt === null) return false;
  return !all.some(
    (other) =>
      other.outcome !== 'duplicate' &&
      other.target.cluster === incident.target.cluster &&
      other.target.node === incident.target.node &&
      other.found?.class === incident.found?.class &&
      other.openedAt >= closedAt &&
      other.openedAt < closedAt + STAYED_HOURS * 3_600_000,
  );
}
