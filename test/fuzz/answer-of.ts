import * as z from 'zod';
import type { HttpResponse } from '../../functions/http-event.ts';
import type { Seen } from './target.ts';

const Refusal = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ refused: z.string() }).transform(({ refused }) => refused),
]);

/**
 * What whoever called a function reads. Throws where the status is none of `statuses`, and where it refuses and does not say why: a
 * person, Alertmanager or another tool must know what to do.
 */
export function answerOf(
  { statusCode, body }: HttpResponse,
  statuses: readonly number[],
): Pick<Seen, 'answers' | 'refused'> {
  if (!statuses.includes(statusCode)) throw new Error(`it answered ${statusCode}`);
  const said: unknown = JSON.parse(body);
  return { answers: [body], refused: statusCode < 400 ? [] : [Refusal.parse(said)] };
}
