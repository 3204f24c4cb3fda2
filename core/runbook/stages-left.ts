import type { FaultClass } from '../fault-class.ts';
import type { Runbook, Stage } from './runbook.ts';

/** A stage that was tried against a diagnosis and did not heal it. */
export interface TriedStage {
  readonly class: FaultClass;
  readonly cause: string;
  readonly stage: string;
}

/** The stages for a cause that were not tried against it, lowest rung first. */
export function stagesLeft(runbook: Runbook, cause: string, tried: readonly TriedStage[]): readonly Stage[] {
  const wasTried = (name: string) =>
    tried.some((entry) => entry.class === runbook.class && entry.cause === cause && entry.stage === name);
  return runbook.stages.filter(({ name, causes }) => (causes?.includes(cause) ?? true) && !wasTried(name));
}
