import * as z from 'zod';
import { callerName } from '../../core/safety/approver.ts';
import { bodyOf, type HttpEvent, type HttpResponse, json } from '../http-event.ts';
import { type Decided, type DecidePorts, type DecideSettings, decide } from './decide.ts';

/** The body that `restitch approve` and `restitch deny` post. Who decides is not in it. */
export const CommandLineDecision = z.strictObject({
  approvalId: z.string().min(1).max(200),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(['approved', 'denied']),
  reason: z.string().min(1).max(300).optional(),
});

export type CommandLineDecision = z.infer<typeof CommandLineDecision>;

/** The answer to it. `as`: who the caller is, as AWS says it. */
export const CommandLineAnswer = z.union([
  /** The yes is counted, and another person must say yes too. */
  z.object({ counted: z.literal(true), as: z.string() }),
  z.object({ decision: z.enum(['approved', 'denied']), as: z.string() }),
  z.object({ refused: z.string(), as: z.string() }),
]);

export type CommandLineAnswer = z.infer<typeof CommandLineAnswer>;

/** Decides for a caller whom Lambda has authenticated: `caller` is the ARN that Lambda itself puts into the event. */
export async function answerCommandLine(
  event: HttpEvent,
  caller: string,
  ports: DecidePorts,
  settings: DecideSettings,
): Promise<HttpResponse> {
  const wanted = parseBody(bodyOf(event).toString('utf8'));
  if (wanted === undefined) return json(400, { error: 'not a decision' });
  const { reason, ...decision } = wanted;
  const by = {
    id: caller,
    name: callerName(caller),
    through: 'command-line',
    ...(reason === undefined ? {} : { reason }),
  } as const;
  const decided = await decide({ ...decision, by }, ports, settings);
  return json(200, { ...describe(decided, wanted.decision), as: caller } satisfies CommandLineAnswer);
}

function describe(decided: Decided, decision: CommandLineDecision['decision']) {
  if (decided.type === 'refused') return { refused: decided.why };
  return decided.type === 'counted' ? { counted: true as const } : { decision };
}

function parseBody(body: string): CommandLineDecision | undefined {
  try {
    return CommandLineDecision.safeParse(JSON.parse(body)).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}
