import type { FaultClass } from '../fault-class.ts';
import { ladder, type StageName } from '../ladder.ts';

/** One rung of a runbook's ladder, and when it may be used. */
export interface Stage {
  readonly name: StageName;
  /** One sentence for the person who reads the runbook, the receipt or the approval. */
  readonly why: string;
  /** The causes of the class that the stage is for. Absent: every cause. */
  readonly causes?: readonly string[];
  /**
   * `by-policy`: asked for when the setting APPROVE_QUARANTINE is `true`. `always`: also where the stage has earned to act
   * unasked.
   */
  readonly approval: 'none' | 'required' | 'by-policy' | 'always';
  /** Can drop packets of healthy pods or take capacity away. */
  readonly disruptive: boolean;
  /** Below this the stage may not act. */
  readonly minConfidence: number;
  readonly timeoutSeconds: number;
}

/** A cause that disappears by itself where flannel recreates a lost device (flannel 0.27.4 and later). */
export interface Patience {
  readonly cause: string;
  /** How long the first stage waits. */
  readonly seconds: number;
  readonly why: string;
}

/** For one fault class, the ladder of stages. */
export interface Runbook {
  readonly class: FaultClass;
  readonly why: string;
  readonly patience?: readonly Patience[];
  readonly stages: readonly Stage[];
}

/** Checks a runbook as it is defined: stages from least to most harm, each at most once. */
export function defineRunbook(runbook: Runbook): Runbook {
  const rungs = runbook.stages.map((stage) => ladder.indexOf(stage.name));
  if (rungs.some((rung, index) => index > 0 && rung <= (rungs[index - 1] ?? -1))) {
    throw new TypeError(`runbook ${runbook.class}: stages must climb ${ladder.join(' → ')}, each once`);
  }
  return runbook;
}
