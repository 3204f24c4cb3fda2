import { Worker } from 'node:worker_threads';
import type { FuzzResult } from './fuzz-target.ts';
import { createShownInput, readShown } from './shown-input.ts';

export interface FuzzWork {
  readonly name: string;
  readonly seed: number;
  readonly inputs: number;
}

export interface FuzzLimits {
  /** For one input. */
  readonly seconds: number;
  /** By which the process may grow. The thread's heap has no limit of its own: where it reached that, it would end the whole process. */
  readonly megabytes: number;
}

/** Generous: on a busy machine the slowest input takes a fraction of a second, and the heap has some dozens of megabytes. */
export const usualLimits: FuzzLimits = { seconds: 20, megabytes: 1_500 };

const LOOK_MS = 50;
const MEGABYTE = 1_048_576;

/** `fuzzTarget` in a thread of its own: an input that never ends, or fills the memory, is a failure like others, and is named. */
export interface FuzzThread {
  fuzz(work: FuzzWork): Promise<FuzzResult>;
  close(): Promise<void>;
}

/** `module`: the URL of one that exports `targets`. */
export function createFuzzThread(module: string, limits = usualLimits): FuzzThread {
  const shared = createShownInput();
  let worker: Worker | undefined;
  const close = async () => {
    await worker?.terminate();
    worker = undefined;
  };
  return {
    fuzz: async (work) => {
      worker ??= startWorker(module, shared);
      const result = await watched(worker, shared, work, limits);
      // The thread may still be at work on that input, or be dead.
      if (result.type === 'failed') await close();
      return result;
    },
    close,
  };
}

function startWorker(module: string, shared: SharedArrayBuffer): Worker {
  return new Worker(new URL('fuzz-worker.ts', import.meta.url), {
    workerData: { module, shared },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

async function watched(
  worker: Worker,
  shared: SharedArrayBuffer,
  work: FuzzWork,
  { seconds, megabytes }: FuzzLimits,
): Promise<FuzzResult> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzResult>();
  const fail = (why: string) => resolve({ type: 'failed', input: readShown(shared).input(), why });
  const atFirst = { memory: process.memoryUsage.rss(), count: readShown(shared).count };
  let last = { count: atFirst.count, at: performance.now() };
  const timer = setInterval(() => {
    const { count } = readShown(shared);
    const now = performance.now();
    if (count !== last.count) last = { count, at: now };
    // Until the first input the thread loads the code.
    else if (count > atFirst.count && now - last.at > seconds * 1_000) fail(`it did not end within ${seconds} s`);
    if (process.memoryUsage.rss() - atFirst.memory > megabytes * MEGABYTE) fail(`it takes more than ${megabytes} MB`);
  }, LOOK_MS);
  worker.on('message', resolve);
  worker.on('error', reject);
  try {
    worker.postMessage(work);
    return await promise;
  } finally {
    clearInterval(timer);
    worker.off('message', resolve);
    worker.off('error', reject);
  }
}
