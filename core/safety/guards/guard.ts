import type { StageSnapshot } from './stage-snapshot.ts';

/** Every guard, in the one order in which they are asked. */
export const guardNames = [
  'paused',
  'target',
  'diagnosis',
  'three-planes',
  'plan',
  'localise',
  'person',
  'claim',
  'memory',
  'budget',
  'breaker',
  'maintenance',
  'approval',
  'autonomy',
] as const;

export type GuardName = (typeof guardNames)[number];

/**
 * `deny`: hand over to a person. `wait`: something is busy or must settle first; look again later, and the stage does not
 * count as tried. `shadow`: decided and recorded, not done. `ask`: only with a person's yes.
 */
export type Verdict =
  | { readonly type: 'allow' }
  | { readonly type: 'ask'; readonly reason: string }
  | { readonly type: 'shadow'; readonly reason: string }
  | { readonly type: 'wait'; readonly reason: string }
  | { readonly type: 'deny'; readonly reason: string };

/** What a guard looked at, as the receipt shows it: JSON. */
export type GuardInputs = Readonly<Record<string, unknown>>;

export interface Decision {
  readonly verdict: Verdict;
  readonly inputs: GuardInputs;
}

/** One reason why a stage may not act, or not yet, or not unasked. Pure. An input that is unknown denies. */
export interface Guard {
  readonly name: GuardName;
  readonly decide: (snapshot: StageSnapshot) => Decision;
}

export function allow(inputs: GuardInputs): Decision {
  return { verdict: { type: 'allow' }, inputs };
}

export function ask(inputs: GuardInputs, reason: string): Decision {
  return { verdict: { type: 'ask', reason }, inputs };
}

export function shadow(inputs: GuardInputs, reason: string): Decision {
  return { verdict: { type: 'shadow', reason }, inputs };
}

export function wait(inputs: GuardInputs, reason: string): Decision {
  return { verdict: { type: 'wait', reason }, inputs };
}

export function deny(inputs: GuardInputs, reason: string): Decision {
  return { verdict: { type: 'deny', reason }, inputs };
}
