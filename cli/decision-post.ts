import { CommandLineAnswer, type CommandLineRequest } from '../functions/approval/command-line.ts';
import { runningDecisions } from '../local/decision-address.ts';
import type { CliIo } from './cli-io.ts';
import type { TablePlace } from './table-options.ts';
import { UsageError } from './usage-error.ts';

/** Posts a decision, or an order about standing approvals, to the approval function. `no-answer`: it may have counted all the same. Rejects where it certainly has not. */
export type PostDecision = (wanted: CommandLineRequest) => Promise<CommandLineAnswer | NoAnswer>;

export interface NoAnswer {
  readonly noAnswer: string;
}

/** Takes the body of a request. Rejects when no answer comes. */
type Send = (body: string) => Promise<Response>;

/**
 * The approval function that the options name. `environment`: that of `environmentOf`. Throws `UsageError` where they name none, and
 * where no `npm start` runs in the folder.
 */
export async function decisionPost(
  { stateDir, stack }: TablePlace,
  environment: CliIo['environment'],
): Promise<PostDecision> {
  if (stateDir !== undefined) return posting(await toRunning(stateDir));
  if (stack === undefined)
    throw new UsageError('say which Restitch: --state-dir of a running npm start, or --stack NAME');
  return posting(await (await import('./stack-decisions.ts')).stackDecisions(environment));
}

async function toRunning(stateDir: string): Promise<Send> {
  const running = await runningDecisions(stateDir);
  if (running === undefined)
    throw new UsageError(`no npm start runs in ${stateDir} under your user, or it is only beginning`);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${running.token}` };
  return (body) => fetch(running.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) });
}

function posting(send: Send): PostDecision {
  return async (wanted) => {
    const answer = await sent(send, JSON.stringify(wanted));
    if ('noAnswer' in answer) return answer;
    if (answer.status === 403)
      throw new Error(
        'the call is refused: attach the policy of the stack’s output ApproverPolicyArn to your user or role',
      );
    const parsed = CommandLineAnswer.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    if (answer.status >= 500) return { noAnswer: `the approval function answered ${answer.status}` };
    throw new Error(`the approval function answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
}

async function sent(send: Send, body: string): Promise<NoAnswer | { readonly status: number; readonly body: unknown }> {
  try {
    const response = await send(body);
    return { status: response.status, body: parse(await response.text()) };
  } catch (error) {
    return { noAnswer: error instanceof Error ? error.message : String(error) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A gateway answered with a text of its own.
    return text;
  }
}
