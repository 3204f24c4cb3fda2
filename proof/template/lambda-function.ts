import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A function as Lambda runs it: processes of its bundle, each of which handles one event at a time. */
export interface LambdaFunction {
  /**
   * Rejects when the bundle does not load, when the handler throws, and when its process ends. `aheadMs`: how far its clock is ahead;
   * 0 unless given.
   */
  invoke(event: unknown, aheadMs?: number): Promise<unknown>;
  /** Closes when every event that it got was handled. */
  retire(): Promise<void>;
  close(): Promise<void>;
}

export interface LambdaFunctionOptions {
  /** The file of the bundle that Lambda imports. */
  readonly entry: string;
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
}

const Reply = z.union([
  z.object({ id: z.number(), error: z.string() }),
  z.object({ id: z.number(), answer: z.unknown() }),
]);

export function createLambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const atWork = new Set<Promise<unknown>>();
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let lastId = 0;

  async function begin(): Promise<ChildProcess> {
    const child = startProcess(options, log);
    all.add(child);
    await replyOf(child, 0);
    return child;
  }

  async function handle(event: unknown, aheadMs: number): Promise<unknown> {
    const child = idle.pop() ?? (await begin());
    lastId += 1;
    const reply = replyOf(child, lastId);
    child.send({ id: lastId, event, aheadMs });
    try {
      return await reply;
    } finally {
      if (child.connected) idle.push(child);
    }
  }

  async function close(): Promise<void> {
    const ended = [...all].map((child) =>
      child.exitCode === null && child.signalCode === null
        ? new Promise((resolve) => child.once('exit', resolve))
        : undefined,
    );
    for (const child of all) child.kill('SIGKILL');
    await Promise.all(ended);
    log.end();
  }

  return {
    invoke: (event, aheadMs = 0) => {
      const handled = handle(event, aheadMs).finally(() => atWork.delete(handled));
      atWork.add(handled);
      return handled;
    },
    retire: async () => {
      await Promise.allSettled(atWork);
      await close();
    },
    close,
  };
}

function startProcess({ entry, environment }: LambdaFunctionOptions, log: WriteStream): ChildProcess {
  const child = fork(join(import.meta.dirname, 'lambda-bootstrap.ts'), [entry], {
    env: { ...environment },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  return child;
}

/** The reply to one event; 0: the bundle is loaded. */
function replyOf(child: ChildProcess, id: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stopListening = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown) => {
      const reply = Reply.parse(message);
      if (reply.id !== id) return;
      stopListening();
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.answer);
    };
    const onExit = (code: number | null) => {
      stopListening();
      reject(new Error(`the function's process ended with ${code}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
