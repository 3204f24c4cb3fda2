import type { ActionReport } from '../../core/repair/action-report.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CommandResult, NodeCommand } from '../../core/runbook/node-command.ts';
import { kindOf } from './look/pace.ts';
import { parseActionReport } from './look/parse-output.ts';
import { pollUntil, readOnlyCommand } from './look/read-only-command.ts';
import { effect, type Run } from './run.ts';

/**
 * What an acting command did. `ended`: Run Command told that its script came to an end, if not that it did what it should.
 * `unclear`: it is not known whether it ran; the caller diagnoses again. `not-begun`: it never ran.
 */
export type ActionResult =
  | { readonly type: 'reported'; readonly ended: boolean; readonly report: ActionReport }
  | { readonly type: 'not-begun'; readonly reason: string }
  | { readonly type: 'unclear'; readonly reason: string };

type Sent =
  | { readonly type: 'sent'; readonly commandId: string }
  | { readonly type: 'not-accepted'; readonly reason: string }
  | { readonly type: 'ambiguous'; readonly reason: string };

const SEND_ATTEMPTS = 5;
const VISIBILITY_CHECKS = 3;
/** Short commands end within one invocation; longer ones suspend the execution between polls. */
const POLL_IN_PROCESS_MS = 8_000;
const POLL_PAUSE_SECONDS = 5;

/**
 * Runs one acting command at most once per operation key. After a lost reply it searches Run Command's list for the key,
 * then the node's journal, before it sends again. The journal also makes a second delivery harmless. `whyNot` is asked just
 * before each send, because Run Command may throttle for a while: a reason means that the command is not sent any more.
 */
export async function runAction(
  run: Run,
  command: NodeCommand,
  whyNot: () => Promise<string | undefined> = async () => undefined,
): Promise<ActionResult> {
  for (let attempt = 1; attempt <= SEND_ATTEMPTS; attempt++) {
    const stopped = await whyNot();
    if (stopped !== undefined) return { type: 'not-begun', reason: stopped };
    const sent = await sendOnce(run, command);
    if (sent.type === 'sent') return awaitReport(run, command, sent.commandId);
    if (sent.type === 'ambiguous') {
      const found = await reconcile(run, command);
      if (found !== 'never-ran') return found;
    }
    await run.context.wait(`pause ${run.next()}`, { seconds: 2 * attempt });
  }
  return { type: 'unclear', reason: 'Run Command accepted no command' };
}

async function sendOnce(run: Run, command: NodeCommand): Promise<Sent> {
  try {
    return await run.once(`send ${command.operationKey}`, () => trySend(run, command));
  } catch (error) {
    // The worker crashed inside the step: the command may have been sent.
    return { type: 'ambiguous', reason: error instanceof Error ? error.name : 'interrupted' };
  }
}

async function trySend(run: Run, command: NodeCommand): Promise<Sent> {
  try {
    const { commandId } = await run.ports.commands.send(command);
    return { type: 'sent', commandId };
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    return { type: error.retryable ? 'not-accepted' : 'ambiguous', reason: error.message };
  }
}

/** Finds out what became of a command whose reply was lost. */
async function reconcile(run: Run, command: NodeCommand): Promise<ActionResult | 'never-ran'> {
  for (let check = 1; check <= VISIBILITY_CHECKS; check++) {
    const commandId = await effect(
      run,
      'find command',
      async () => (await run.ports.commands.findCommand(command.operationKey, command.instanceId)) ?? null,
    );
    if (commandId !== null) return awaitReport(run, command, commandId);
    await run.context.wait(`pause ${run.next()}`, { seconds: 2 });
  }
  const entry = await readJournal(run, command, false);
  return entry.type === 'reported' && entry.report.status === 'absent' ? 'never-ran' : entry;
}

async function awaitReport(run: Run, command: NodeCommand, commandId: string): Promise<ActionResult> {
  const polls = command.timeoutSeconds / POLL_PAUSE_SECONDS + 2;
  let result: CommandResult = { status: 'running' };
  for (let poll = 1; poll <= polls && result.status === 'running'; poll++) {
    if (poll > 1) await run.context.wait(`poll ${run.next()}`, { seconds: POLL_PAUSE_SECONDS });
    result = await effect(run, `result ${command.operationKey}`, async () => {
      const now = run.ports.clock();
      const sent = {
        commandId,
        kind: kindOf(command),
        instanceIds: [command.instanceId],
        sentAt: poll === 1 ? now : undefined,
      };
      const [polled = result] = await pollUntil(run.ports, sent, now + POLL_IN_PROCESS_MS);
      return polled;
    });
  }
  if (result.status !== 'succeeded' && result.status !== 'failed') return readJournal(run, command, false);
  const report = parseActionReport(result.stdout);
  return report.type === 'parsed'
    ? { type: 'reported', ended: true, report: report.value }
    : readJournal(run, command, true);
}

/** What the node's journal holds for the operation key of a command of which Run Command told that it ended, or did not. */
async function readJournal(run: Run, command: NodeCommand, ended: boolean): Promise<ActionResult> {
  const purpose = `${command.operationKey}.journal-${run.next()}`;
  const reading = await effect(run, 'read journal', () =>
    readOnlyCommand(run.ports, {
      document: 'read-journal',
      instanceId: command.instanceId,
      parameters: { operationKey: command.operationKey },
      operationKey: purpose,
      timeoutSeconds: 60,
    }),
  );
  if (reading.type === 'unreachable') return { type: 'unclear', reason: `journal: ${reading.reason}` };
  const report = parseActionReport(reading.stdout);
  return report.type === 'parsed'
    ? { type: 'reported', ended, report: report.value }
    : { type: 'unclear', reason: `journal: ${report.why}` };
}
