import { gzipSync } from 'node:zlib';
import { assertNever } from '../../core/assert-never.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CommandResult } from '../../core/runbook/node-command.ts';
import { formatExpectedNetwork } from '../../core/watchdog/expected-network-file.ts';
import {
  type FileEvent,
  fileOf,
  isLost,
  type KeptFile,
  type KeptFiles,
  withFileEvent,
} from '../../core/watchdog/kept-files.ts';
import type { FilePorts, WantedNode } from './file-ports.ts';

/** The repairs use the same rates of Run Command's. */
const AT_ONCE = 4;
/** What is left then waits for the next pass. */
const LONGEST_MS = 20_000;
const TIMEOUT_SECONDS = 30;
/** As in runbooks/node/expect.sh. A document may have 64 KB; nothing is documented of the values of parameters. */
const MOST_PACKED = 32_768;

/** Reads what became of the commands of earlier passes: the files of nodes about which something is known now. */
export async function readAnswers(
  ports: FilePorts,
  wanted: ReadonlyMap<string, WantedNode>,
  kept: KeptFiles | undefined,
): Promise<ReadonlyMap<string, KeptFile>> {
  const open = [...wanted].flatMap(([name, want]) => {
    const file = fileOf(kept, name, want);
    return file?.sent === undefined ? [] : [{ name, uid: want.uid, file, sent: file.sent }];
  });
  const answered = new Map<string, KeptFile>();
  await inTurns(ports, open, async ({ name, uid, file, sent }) => {
    const now = ports.clock();
    const result = await ports.commands.result(sent.commandId, sent.instanceId);
    if (result.status === 'running' && !isLost(file, now)) return;
    const written = result.status === 'succeeded';
    if (!written) ports.log.warn('expected-network-failed', { node: name, reason: reasonOf(result) });
    answered.set(name, withFileEvent(file, uid, { type: written ? 'written' : 'failed' }, now));
  });
  return answered;
}

/** Sends the files: the files of the nodes that were tried. Stops when Run Command asks for patience. */
export async function sendFiles(
  ports: FilePorts,
  due: readonly WantedNode[],
  known: KeptFiles,
): Promise<ReadonlyMap<string, KeptFile>> {
  const tried = new Map<string, KeptFile>();
  await inTurns(ports, due, async (want) => {
    const { name } = want.node.metadata;
    const event = await sendFile(ports, want);
    tried.set(name, withFileEvent(fileOf(known, name, want), want.uid, event, ports.clock()));
  });
  return tried;
}

/** Throws `RestitchError` with `retryable` where nothing was sent and the same call may succeed later. */
async function sendFile(ports: FilePorts, want: WantedNode): Promise<FileEvent> {
  const { name } = want.node.metadata;
  const failed = (reason: string): FileEvent => {
    ports.log.warn('expected-network-failed', { node: name, reason });
    return { type: 'failed' };
  };
  const content = gzipSync(formatExpectedNetwork(name, want.file), { level: 9 }).toString('base64');
  if (content.length > MOST_PACKED) return failed(`${content.length} characters are more than ${MOST_PACKED}`);
  try {
    const lookup = await ports.commands.findInstance(name, want.node.spec.providerID);
    if (lookup.type !== 'found') return failed(lookup.reason);
    if (lookup.agent.status !== 'online') return { type: 'offline' };
    return await sendTo(lookup.instanceId, content, want, ports);
  } catch (error) {
    if (!(error instanceof RestitchError) || error.retryable) throw error;
    // It may have been sent. Then the file is written twice.
    return failed(error.message);
  }
}

async function sendTo(
  instanceId: string,
  content: string,
  { digest }: WantedNode,
  { commands, clock }: FilePorts,
): Promise<FileEvent> {
  const generation = String(clock());
  const { commandId } = await commands.send({
    document: 'expect',
    instanceId,
    parameters: { generation, content },
    operationKey: `expected-network.${digest}.${generation}`,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  return { type: 'sent', digest, commandId, instanceId };
}

/** A few at a time. The first failure of a call that may succeed later, and the end of the time, leave the rest for the next pass. */
async function inTurns<T>(
  { clock, log }: FilePorts,
  items: readonly T[],
  body: (item: T) => Promise<void>,
): Promise<void> {
  const until = clock() + LONGEST_MS;
  for (let first = 0; first < items.length && clock() < until; first += AT_ONCE) {
    const outcomes = await Promise.allSettled(items.slice(first, first + AT_ONCE).map(body));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure === undefined) continue;
    log.warn('expected-networks-stopped', { reason: String(failure.reason), left: items.length - first });
    return;
  }
}

function reasonOf(result: CommandResult): string {
  switch (result.status) {
    case 'succeeded':
    case 'running':
      return 'no result within ten minutes';
    case 'failed':
      return `exit code ${result.exitCode}: ${(result.stdout || result.stderr).slice(0, 400)}`;
    case 'timed-out':
      return `no end within ${TIMEOUT_SECONDS} s`;
    case 'not-delivered':
      return result.reason;
    default:
      return assertNever(result);
  }
}
