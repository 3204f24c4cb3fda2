import * as z from 'zod';
import { callerName } from '../../core/safety/approver.ts';
import { bodyOf, type HttpEvent, type HttpResponse, json } from '../http-event.ts';
import { CommandLineStanding, orderStanding } from './command-line-standing.ts';
import { type Decided, type DecidePorts, type DecideSettings, decide } from './decide.ts';
import type { StandingPorts } from './give-standing.ts';

/** The body that `restitch approve` and `restitch deny` post. Who decides is not in it. */
export const CommandLineDecision = z.strictObject({
  approvalId: z.string().min(1).max(200),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(['approved', 'denied']),
  reason: z.string().min(1).max(300).optional(),
});

export type CommandLineDecision = z.infer<typeof CommandLineDecision>;

/** Everything that `restitch` posts. */
export const CommandLineRequest = z.union([CommandLineDecision, CommandLineStanding]);

export type CommandLineRequest = z.infer<typeof CommandLineRequest>;

/** The answer to it. `as`: who the caller is, as AWS says it. */
export const CommandLineAnswer = z.union([
  /** The yes is counted, and another person must say yes too. */
  z.object({ counted: z.literal(true), as: z.string() }),
  z.object({ decision: z.enum(['approved', 'denied']), as: z.string() }),
  /** A standing approval: in one line for a person. */
  z.object({ given: z.string(), number: z.int(), as: z.string() }),
  /** The number of the one that was ended. */
  z.object({ ended: z.int(), as: z.string() }),
  z.object({ refused: z.string(), as: z.string() }),
]);

export type CommandLineAnswer = z.infer<typeof CommandLineAnswer>;

/** Does what a caller wants whom Lambda has authenticated: `caller` is the ARN that Lambda itself puts into the event. */
export async function answerCommandLine(
  event: HttpEvent,
  caller: string,
  ports: DecidePorts & StandingPorts,
  settings: DecideSettings,
): Promise<HttpResponse> {
  const wanted = parseBody(bodyOf(event).toString('utf8'));
  if (wanted === undefined) {
    ports.log.warn('request-refused', { by: caller, reason: 'not a decision' });
    return json(400, { error: 'not a decision' });
  }
  if ('standing' in wanted) {
    const ordered = await orderStanding(wanted, caller, ports, settings);
    return json(200, { ...ordered, as: caller } satisfies CommandLineAnswer);
  }
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

function parseBody(body: string): CommandLineRequest | undefined {
  try {
    return CommandLineRequest.safeParse(JSON.parse(body)).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}
