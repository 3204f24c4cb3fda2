import type { FaultClass } from '../fault-class.ts';
import type { Runbook, Stage } from './runbook.ts';

/** A stage that was tried against a diagnosis and did not heal it. */
export interface TriedStage {
  readonly class: FaultClass;
  readonly cause: string;
  readonly stage: string;
}

/** The lowest rung that was not tried against this cause, or undefined: nothing left to try. */
export function nextStage(runbook: Runbook, cause: string, tried: readonly TriedStage[]): Stage | undefined {
  const wasTried = (name: string) =>
    tried.some((entry) => entry.class === runbook.class && entry.cause === cause && entry.stage === name);
  return stagesAgainst(runbook, cause).find(({ name }) => !wasTried(name));
}

/** The rungs that a cause has, from the lowest. */
export function stagesAgainst({ stages }: Runbook, cause: string): readonly Stage[] {
  return stages.filter(({ causes }) => causes?.includes(cause) ?? true);
}
