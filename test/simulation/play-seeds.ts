import { Worker } from 'node:worker_threads';
import { playSeed, report } from './search.ts';

/** Seeds from one on. */
export interface Seeds {
  readonly first: number;
  readonly count: number;
  /** 2: every second one. */
  readonly step: number;
}

/** What the play of one seed came to. `lines`: for a person; of one that broke nothing only where they are asked for. */
export interface PlayedSeed {
  readonly calls: number;
  readonly broken: boolean;
  readonly lines: readonly string[];
}

export interface Telling {
  /** Also of plays that broke nothing. */
  readonly always: boolean;
  /** Also reads that went well. */
  readonly allCalls: boolean;
}

/** Plays one after the other. */
export async function playSeeds(
  { first, count, step }: Seeds,
  { always, allCalls }: Telling,
  done: (played: PlayedSeed) => void,
): Promise<void> {
  for (let seed = first; seed < first + count; seed += step) {
    const { calls, broken, finding } = await playSeed(seed);
    done({ calls, broken, lines: broken || always ? report(finding, allCalls) : [] });
  }
}

/** The same seeds shared out among threads: a play takes the timers of its thread, so each has one at a time. */
export async function playInThreads(
  { first, count }: Omit<Seeds, 'step'>,
  threads: number,
  telling: Telling,
  done: (played: PlayedSeed) => void,
): Promise<void> {
  const shares = Array.from({ length: threads }, (_, index) => ({
    first: first + index,
    count: count - index,
    step: threads,
  }));
  await Promise.all(shares.map((seeds) => inThread(seeds, telling, done)));
}

function inThread(seeds: Seeds, telling: Telling, done: (played: PlayedSeed) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('simulation-thread.ts', import.meta.url), {
      workerData: { seeds, telling },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // A play leaves little behind and makes a lot of garbage: with the usual 48 MB it takes a tenth longer.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    });
    worker.on('message', done);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
  });
}
