import * as z from 'zod';
import type { Target } from '../alert/target.ts';

/** A person took a node back: nothing is done to it until `until` (epoch milliseconds). */
export const OperatorHold = z.object({
  until: z.int(),
  reason: z.string().describe('one sentence: what the person did'),
  incidentId: z.string().describe('the incident that noticed it'),
});

export type OperatorHold = z.infer<typeof OperatorHold>;

/** How long a hold lasts from `now` (epoch milliseconds) on, for a person. */
export function describeHold({ reason, until }: Pick<OperatorHold, 'reason' | 'until'>, now: number): string {
  return `${reason}: hands off for ${Math.ceil((until - now) / 60_000)} min`;
}

/** The port to the holds of nodes. A new hold replaces an older one. Throws `RestitchError` (code `store`). */
export interface OperatorHolds {
  get(target: Target): Promise<OperatorHold | undefined>;
  put(target: Target, hold: OperatorHold): Promise<void>;
}
