import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalConfig } from '../local/config.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';
import { type StandInRequest, StandInsReply, StandInsStarted } from './stand-in-messages.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Many nodes are broken at once here, and again and again: what forbids that is not what is measured. */
const settings = {
  REPAIR_MODE: 'act',
  STABLE_SECONDS: '3',
  BREAKER_MIN_NODES: '10000',
  FLAP_INCIDENTS: '10000',
  RUNS_PER_DAY: '10000',
  CLUSTERS: 'lab',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

/** Runs a script of this folder with a folder of its own as `--folder`, and the kubeconfig where clients look for it. Returns what it prints. */
export async function inProcess(script: string, options: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
  try {
    const argv = ['--disable-warning=ExperimentalWarning', ...options, script, '--folder', folder];
    const env = { PATH: '/usr/bin:/bin', HOME: folder, KUBECONFIG: kubeconfigIn(folder), ...settings };
    return execFileSync(process.execPath, argv, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All that `npm start` runs, in this process, and what it is plugged into. */
export interface Plugged {
  readonly runtime: Runtime;
  /** The GPU nodes. */
  readonly leaves: readonly string[];
  /** They have lost their forwarding entries when this resolves. */
  fallSick(names: readonly string[]): Promise<void>;
  /** How many commands were sent to hosts. */
  commandsSent(): Promise<number>;
  close(): Promise<void>;
}

export interface MadeUp {
  readonly nodes: number;
  /** How long an agent needs for a command. */
  readonly commandMs: number;
}

/** With queue, table and durable engine of its own. Run Command and the Kubernetes API are in another process, and plugged in as real ones are. */
export async function startPlugged(folder: string, { nodes, commandMs }: MadeUp): Promise<Plugged> {
  const [stateDir, own] = [stateFolder(folder), join(folder, 'stand-ins')];
  await Promise.all([stateDir, own].map((each) => mkdir(each, { recursive: true })));
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  const child = fork(join(import.meta.dirname, 'stand-ins.ts'), [own, `${nodes}`, `${commandMs}`], { execArgv });
  const next = () => nextMessage(child);
  const { ssmUrl, kubeconfig, leaves } = StandInsStarted.parse(await next());
  await writeFile(kubeconfigIn(folder), kubeconfig);
  const config = loadLocalConfig({ ...settings, KUBECONFIG: kubeconfigIn(folder), AWS_ENDPOINT_URL_SSM: ssmUrl });
  const runtime = await startRuntime({ stateDir, port: 0, config, log });
  const ask = async (sick: readonly string[]) => {
    const reply = next();
    child.send({ sick: [...sick] } satisfies StandInRequest);
    return StandInsReply.parse(await reply);
  };
  return {
    ...{ runtime, leaves },
    fallSick: async (names) => void (await ask(names)),
    commandsSent: async () => (await ask([])).sent,
    close: async () => {
      await runtime.close();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Of what `npm start` keeps. */
export function stateFolder(folder: string): string {
  return join(folder, 'state');
}

/** Throws where the process ends instead. */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const end = () => ended.abort(new Error('the stand-ins ended'));
  child.once('exit', end);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message;
  } finally {
    child.off('exit', end);
  }
}

function kubeconfigIn(folder: string): string {
  return join(folder, 'kubeconfig');
}
