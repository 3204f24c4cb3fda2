import type { StageName } from '../../../core/ladder.ts';
import type { Plan } from '../../../core/repair/plan.ts';
import type { Stage } from '../../../core/runbook/runbook.ts';
import type { TrackKey } from '../../../core/safety/autonomy.ts';
import type { Claim } from '../../../core/safety/node-claim.ts';
import type { PauseSubject } from '../../../core/safety/pause.ts';
import type { Seen } from '../look/seen.ts';
import type { Remark, Run } from '../run.ts';

/**
 * One kind of stage. The runbook, `restitch plan` and the receipt all use these objects. `plan` and `lines` are pure;
 * `act` and `settle` run inside the durable execution.
 */
export interface Rung {
  readonly name: StageName;
  /** The claim on the node while the stage is at work; null: it harms no pod, so it takes no capacity and needs no claim. */
  readonly claim: Claim['level'] | null;
  /** A host takes the change back after this time unless it is confirmed; null: nothing is taken back. */
  readonly confirmWithinSeconds: number | null;
  /** What it would do for what was seen; null: it changes no host and no route table. */
  readonly plan: (seen: Seen) => Plan | null;
  /** Everything it would do, one line each: what a person approves, and what the digest is taken of. */
  readonly lines: (plan: Plan | null, node: string) => readonly string[];
  /** Carries the plan out. A failure ends the stage; what was done until then is in the outcome's action. */
  readonly act: (run: Run, action: Action) => Promise<ActOutcome>;
  /** Makes a change permanent, or undoes it. A stage without a rollback does nothing here. */
  readonly settle: (run: Run, action: Action, settlement: Settlement) => Promise<void>;
}

/** A stage that is being carried out. */
export interface Action {
  readonly stage: Stage;
  readonly plan: Plan | null;
  /** `<incident>.<stage>.<attempt>` */
  readonly operationKey: string;
  readonly cluster: string;
  /** The node of the incident; the plan says which hosts are acted on. */
  readonly node: string;
  /** Host → UID of the Node that was looked at, where the cluster gave one. Another Node of that name is left alone. */
  readonly uids: Readonly<Record<string, string>>;
  /** Which pauses stop it, also while it waits for a host's lock. */
  readonly concerns: PauseSubject;
  /** Where it is counted whether it healed. */
  readonly track: TrackKey;
}

/** How a stage ended. The action's plan is narrowed to what was really changed, where the rung knows that. */
export type ActOutcome =
  /** `said`: the last that there is to say of it, not on record yet. */
  | { readonly type: 'done'; readonly action: Action; readonly said?: Remark }
  | { readonly type: 'failed'; readonly action: Action; readonly reason: string }
  /**
   * Not tried: a pause began, a host is busy, refuses late commands or is another one now, or nobody saw what became of a change
   * that it takes back. `begun`: something may have been done.
   */
  | { readonly type: 'held-up'; readonly action: Action; readonly begun: boolean; readonly reason: string }
  /** The node stays out of service: there is no repair to verify. `said`: what was done beyond the claim. */
  | { readonly type: 'out-of-service'; readonly said?: string };

export type Settlement = 'confirm' | 'put-back';
