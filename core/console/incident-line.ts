import type { Shared } from '../alert/shared-fault.ts';
import type { FaultClass } from '../fault-class.ts';
import { classOf, type Incident, type IncidentOutcome, type IncidentPhase } from '../incident/incident.ts';

/** An incident as a list shows it. Times are epoch milliseconds. */
export interface IncidentLine {
  readonly incidentId: string;
  readonly version: number;
  readonly cluster: string;
  readonly node: string;
  readonly shared: Shared | null;
  readonly phase: IncidentPhase;
  readonly outcome: IncidentOutcome | null;
  readonly class: FaultClass;
  /** No look has confirmed the class yet. */
  readonly isGuess: boolean;
  readonly heldBy: string | null;
  readonly waitsFor: string | null;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

export function incidentLine(incident: Incident): IncidentLine {
  const { incidentId, version, target, phase, outcome, openedAt, closedAt } = incident;
  return {
    incidentId,
    version,
    cluster: target.cluster,
    node: target.node,
    shared: incident.shared ?? null,
    phase,
    outcome,
    class: classOf(incident),
    isGuess: incident.found === undefined && incident.diagnosis === null,
    heldBy: incident.heldBy?.node ?? null,
    waitsFor: incident.waitsFor ?? null,
    openedAt,
    closedAt,
  };
}
