import * as z from 'zod';
import { isWebhookPerson } from './approver.ts';

/** The person who answered a question, as the service says that carried the answer. */
export const Decider = z.object({
  id: z
    .string()
    .describe(
      'a Slack user id, the ARN of an AWS caller, `os:` and the user who runs `npm start`, or `webhook:` and what the tool calls the person',
    ),
  name: z.string(),
  through: z
    .enum(['slack', 'command-line'])
    .optional()
    .describe('absent: the approval webhook, as the id says; or Slack, before the command line could'),
  reason: z.string().optional(),
  standing: z
    .object({ number: z.int(), use: z.int(), most: z.int(), until: z.int() })
    .optional()
    .describe('the standing approval of theirs that answered, and which of its uses that was'),
});

export type Decider = z.infer<typeof Decider>;

/**
 * `alice`, `ann (command line, arn:aws:iam::111122223333:user/ann)`, `ann (webhook:ann@acme.example)`, or `alice (standing approval 3, use
 * 1 of 3)`.
 */
export function describeDecider({ id, name, through, standing }: Decider): string {
  const channel = through === 'command-line' ? ` (command line, ${id})` : isWebhookPerson(id) ? ` (${id})` : '';
  const who = `${name}${channel}`;
  return standing === undefined
    ? who
    : `${who} (standing approval ${standing.number}, use ${standing.use} of ${standing.most})`;
}

/** The same, and why: `alice: jobs run until six`. */
export function describeDeciderAndReason(decider: Decider): string {
  const who = describeDecider(decider);
  return decider.reason === undefined ? who : `${who}: ${decider.reason}`;
}
