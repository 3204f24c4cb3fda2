import * as z from 'zod';
import { assertNever } from '../assert-never.ts';

/**
 * Nothing more is done for the incident: a person denied a stage or took the incident over, or nobody answered and the rule says to
 * hold then. `at` is epoch milliseconds.
 */
export const HandsOff = z.object({
  by: z.string(),
  stage: z.string(),
  at: z.int(),
  why: z.enum(['denied', 'taken-over', 'unanswered']).optional().describe('absent: denied'),
  said: z.string().optional().describe('the reason that the person gave'),
});

export type HandsOff = z.infer<typeof HandsOff>;

export function describeHandsOff({ by, stage, why = 'denied', said }: HandsOff): string {
  const reason = said === undefined ? '' : ` ("${said}")`;
  switch (why) {
    case 'denied':
      return `${by} denied ${stage}${reason}: hands off`;
    case 'taken-over':
      return `${by} took over before ${stage}${reason}: hands off`;
    case 'unanswered':
      return `nobody answered about ${stage} in time: hands off`;
    default:
      return assertNever(why);
  }
}
