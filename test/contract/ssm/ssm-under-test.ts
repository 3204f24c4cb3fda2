import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createSsmCommandRunner } from '../../../adapters/aws/ssm-command-runner.ts';
import {
  type CommandResult,
  type CommandRunner,
  type DocumentName,
  documentNames,
  type NodeCommand,
} from '../../../core/runbook/node-command.ts';
import { type SsmFault, SsmFault as SsmFaultSchema } from '../../../local/ssm/faults.ts';
import { type SsmStandIn, startSsmStandIn } from '../../../local/ssm/ssm-stand-in.ts';
import { createShellFleet } from './shell-fleet.ts';
import { testDocuments } from './test-documents.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const region = 'eu-central-1';
export const instanceTag = 'restitch:node';
export const GPU_1 = 'mi-0a000000000000001';

/** Without hashes: the documents of these tests do not change. */
export const deployedNames = Object.fromEntries(documentNames.map((name) => [name, `Restitch-${name}`]));

export function clientFor(endpoint: string, maxAttempts: number): SSMClient {
  return new SSMClient({ region, endpoint, credentials, maxAttempts });
}

export function runnerFor(endpoint: string): CommandRunner {
  return createSsmCommandRunner({
    client: clientFor(endpoint, 3),
    sendClient: clientFor(endpoint, 1),
    documents: deployedNames,
    instanceTag,
  });
}

export function commandOf(document: DocumentName, over: Partial<NodeCommand> = {}): NodeCommand {
  return { document, instanceId: GPU_1, parameters: {}, operationKey: 'inc.reconcile.1', timeoutSeconds: 60, ...over };
}

export interface SsmUnderTest {
  readonly standIn: SsmStandIn;
  /** Hosts whose uplink leads nowhere. */
  readonly cutOff: Set<string>;
  readonly runner: CommandRunner;
  /** Three attempts, as a client of somebody who does not know better. */
  readonly client: SSMClient;
  /** Added to the stand-in's clock, in milliseconds. */
  readonly time: { skew: number };
  /** What the scripts of a host noted. */
  runs(host?: string): Promise<readonly string[]>;
  hostFile(name: string, host?: string): string;
  fault(fault: Partial<SsmFault> & Pick<SsmFault, 'kind'>): void;
  /** Sends and polls until the command has ended. */
  run(command: NodeCommand): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface UnderTestOptions {
  readonly documents?: Readonly<Record<string, unknown>>;
  readonly hosts?: readonly string[];
  /** A folder of a stand-in that ran before. */
  readonly dir?: string;
  /** Milliseconds that the stand-in's clock is ahead. */
  readonly skew?: number;
}

/** The stand-in with hosts gpu-0, gpu-1, … and a runner that speaks to it through the real SDK. */
export async function startUnderTest(options: UnderTestOptions = {}): Promise<SsmUnderTest> {
  const { documents = testDocuments, hosts = ['gpu-0', 'gpu-1', 'gpu-2'] } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'restitch-ssm-')));
  const fleet = await createShellFleet(dir, hosts);
  const time = { skew: options.skew ?? 0 };
  const clock = () => Date.now() + time.skew;
  const standIn = await startSsmStandIn({ fleet, documents, stateDir: dir, instanceTag, clock });
  const runner = runnerFor(standIn.url);
  const hostFile = (name: string, host = 'gpu-1') => join(dir, host, name);
  return {
    standIn,
    cutOff: fleet.cutOff,
    runner,
    client: clientFor(standIn.url, 3),
    time,
    runs: (host) => linesOf(hostFile('runs', host)),
    hostFile,
    fault: (fault) => standIn.faults.add(SsmFaultSchema.parse(fault)),
    run: async (command) => {
      const { commandId } = await runner.send(command);
      return ended(runner, commandId, command.instanceId);
    },
    close: async () => {
      await standIn.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function ended(runner: CommandRunner, commandId: string, instanceId = GPU_1): Promise<CommandResult> {
  return eventually(
    () => runner.result(commandId, instanceId),
    (result) => result.status !== 'running',
  );
}

/** Asks until the answer is as wished; the test's own time-out ends a wish that does not come true. */
export async function eventually<T>(ask: () => Promise<T>, wished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wished(answer)) return answer;
    await sleep(20);
  }
}

export async function linesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).trimEnd().split('\n');
  } catch {
    // Nothing ran.
    return [];
  }
}

/** What a rejected call threw. */
export async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}
