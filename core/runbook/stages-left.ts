import type { FaultClass } from '../fault-class.ts';
import type { Runbook, Stage } from './runbook.ts';

/** A stage that was tried against a diagnosis and did not heal it. */
export interface TriedStage {
  readonly class: FaultClass;
  readonly cause: string;
  /** Absent in records of older versions, which count for every host. */
  readonly hostAtFault?: string | null | undefined;
  readonly stage: string;
}

/** What a stage is tried against. The same cause on another host is another fault. */
export type Fault = Pick<TriedStage, 'class' | 'cause' | 'hostAtFault'>;

/** The stages for a fault that were not tried against it, lowest rung first. */
export function stagesLeft(
  runbook: Runbook,
  fault: Omit<Fault, 'class'>,
  tried: readonly TriedStage[],
): readonly Stage[] {
  const { cause } = fault;
  const wasTried = (name: string) =>
    tried.some((entry) => isAgainst(entry, { ...fault, class: runbook.class }) && entry.stage === name);
  return runbook.stages.filter(({ name, causes }) => (causes?.includes(cause) ?? true) && !wasTried(name));
}

export function isAgainst(entry: TriedStage, fault: Fault): boolean {
  const sameHost = entry.hostAtFault === undefined || entry.hostAtFault === fault.hostAtFault;
  return entry.class === fault.class && entry.cause === fault.cause && sameHost;
}
