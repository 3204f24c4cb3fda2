import type { Approval } from '../core/safety/approval.ts';
import type { CommandLineAnswer } from '../functions/approval/command-line.ts';
import type { CliIo } from './cli-io.ts';
import { decisionPost, type NoAnswer, type PostDecision } from './decision-post.ts';
import { findQuestion } from './find-question.ts';
import { questionReport, SHOWN_DIGEST, stateOf } from './question-report.ts';
import { environmentOf, placeOf, type TableOptions, withApprovals } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface DecideOptions extends TableOptions {
  readonly reason?: string | undefined;
  /** The beginning of the digest of the plan that the person saw. */
  readonly plan?: string | undefined;
}

type Decision = 'approved' | 'denied';

/** What came of it. `question`: as it is stored afterwards. */
interface Result {
  readonly answer: CommandLineAnswer | NoAnswer;
  readonly question: Approval;
}

/** `restitch approve`. Exit code 1: it was not approved. */
export function approve(name: string, options: DecideOptions, io: CliIo): Promise<number> {
  return decideQuestion(name, 'approved', options, io);
}

/** `restitch deny`. Exit code 1: it was not denied. */
export function deny(name: string, options: DecideOptions, io: CliIo): Promise<number> {
  return decideQuestion(name, 'denied', options, io);
}

async function decideQuestion(name: string, decision: Decision, options: DecideOptions, io: CliIo): Promise<number> {
  if (options.reason?.trim() === '' || (options.reason?.length ?? 0) > 300)
    throw new UsageError('--reason TEXT: legal are 1 to 300 characters');
  const environment = await environmentOf(options, io);
  const post = await decisionPost(options, environment);
  const result = await withApprovals({ stateDir: options.stateDir }, { environment }, async (questions, incidents) => {
    const question = await findQuestion(name, questions, incidents);
    const wanted = await wantedPlan(question, decision, options, io);
    if (!wanted) return undefined;
    const answer = await posted(question, decision, options.reason, post);
    return { answer, question: (await questions.get(question.approvalId)) ?? question };
  });
  if (result === undefined) {
    io.out('Not done: nothing was decided.');
    return 1;
  }
  const done = isDone(result, decision);
  if (options.json) io.out(JSON.stringify({ done, ...result.answer, question: result.question }));
  else for (const line of linesOf(result, decision, done, placeOf(options))) io.out(line);
  return done ? 0 : 1;
}

/** A yes is for the plan that the person has seen: by its digest, or shown now. A no needs none. False: the person does not want it. */
async function wantedPlan(
  question: Approval,
  decision: Decision,
  { plan, json }: DecideOptions,
  io: CliIo,
): Promise<boolean> {
  const shown = question.planDigest.slice(0, SHOWN_DIGEST);
  if (plan !== undefined) {
    if (!/^[0-9a-f]{12,64}$/.test(plan))
      throw new UsageError(`--plan ${plan}: the first 12 characters or more of the plan`);
    if (question.planDigest.startsWith(plan)) return true;
    throw new Error(`not done: the plan of ${question.approvalId} is ${shown}, another one than ${plan}`);
  }
  if (decision === 'denied' || question.status !== 'pending') return true;
  if (io.confirm === undefined || json)
    throw new UsageError(
      `approve needs the plan that you have seen: --plan ${shown}, after restitch approvals ${question.approvalId}`,
    );
  for (const line of questionReport(question, Date.now())) io.out(line);
  return io.confirm('\nApprove exactly this?');
}

function posted(
  { approvalId, planDigest }: Approval,
  decision: Decision,
  reason: string | undefined,
  post: PostDecision,
): Promise<CommandLineAnswer | NoAnswer> {
  return post({ approvalId, planDigest, decision, ...(reason === undefined ? {} : { reason }) });
}

/** Where the answer was lost, what is stored counts. */
function isDone({ answer, question }: Result, decision: Decision): boolean {
  return 'noAnswer' in answer ? question.status === decision : 'decision' in answer;
}

function linesOf({ answer, question }: Result, decision: Decision, done: boolean, place: string): readonly string[] {
  const { approvalId, incidentId } = question;
  const state = `${approvalId}: ${stateOf(question, Date.now())}.`;
  if ('counted' in answer) return [`Your yes is counted, as ${answer.as}. Another person must say yes too.`, state];
  if (!done)
    return ['noAnswer' in answer ? `Not known: ${answer.noAnswer}.` : whyRefused(answer), state, ...nextOf(question)];
  const what =
    decision === 'approved'
      ? 'Restitch looks at the node once more, and then does what the plan says.'
      : 'Hands off: Restitch does nothing more to the node in this incident.';
  return [state, what, `Follow it with: restitch incidents follow ${incidentId}${place}`];
}

function whyRefused(answer: CommandLineAnswer): string {
  return 'refused' in answer ? `Not done, as ${answer.as}: ${answer.refused}.` : '';
}

function nextOf({ status, expiresAt }: Approval): readonly string[] {
  return status === 'pending' && Date.now() < expiresAt ? ['The question still waits for an answer.'] : [];
}
