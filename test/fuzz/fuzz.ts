import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyWrong } from './fuzz-target.ts';
import { createFuzzThread } from './fuzz-thread.ts';
import type { FuzzTarget } from './target.ts';

const USAGE = 'usage: npm run fuzz -- [--seed N] [--inputs N] [--target NAME [--file INPUT]]';
/** Seeds are 32-bit integers. */
const MOST = 2 ** 31 - 1;

/** Where fuzzing happens. */
export interface FuzzPlace {
  readonly targets: readonly FuzzTarget[];
  /** The URL of the module that exports them: a thread loads it. */
  readonly module: string;
  /** For inputs that fail. */
  readonly folder: string;
}

interface Options {
  readonly seed: number;
  readonly inputs: number;
  /** Undefined: all. */
  readonly target: string | undefined;
  /** One input, in the place of the others. */
  readonly file: string | undefined;
}

/**
 * `npm run fuzz`: gives damaged inputs to every entrance, or to one. What fails is told with its seed and the file of the smallest input
 * that fails. Returns the exit code: 0: nothing failed; 1: something did; 2: wrong usage.
 */
export async function fuzz(
  args: readonly string[],
  say: (line: string) => void,
  { targets, module, folder }: FuzzPlace,
): Promise<number> {
  const options = readOptions(
    args,
    targets.map(({ name }) => name),
  );
  if (typeof options === 'string') {
    say(options);
    say(USAGE);
    return 2;
  }
  const { seed, inputs, target, file } = options;
  const chosen = targets.filter(({ name }) => target === undefined || name === target);
  if (file !== undefined) return one(chosen, file, say);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const thread = createFuzzThread(module);
  let failures = 0;
  let done = 0;
  for (const { name, share } of chosen) {
    const began = performance.now();
    const count = Math.ceil((inputs * share) / shares);
    const result = await thread.fuzz({ name, seed, inputs: count });
    done += count;
    const seconds = Math.round((performance.now() - began) / 1_000);
    if (result.type === 'held') {
      say(`${name}: ${counted(count)} inputs in ${seconds} s`);
      continue;
    }
    failures += 1;
    const path = write(folder, `${name}-${seed}.txt`, result.input);
    say(`${name} fails, seed ${seed}: ${result.why}`);
    say(`  the input: ${path}`);
    say(`  again: npm run fuzz -- --target ${name} --file ${path}`);
  }
  await thread.close();
  say(`${counted(done)} inputs on ${chosen.length} targets, seed ${seed}: ${failures} failures`);
  return failures === 0 ? 0 : 1;
}

async function one(chosen: readonly FuzzTarget[], file: string, say: (line: string) => void): Promise<number> {
  const input = readFileSync(file, 'utf8');
  let failures = 0;
  for (const target of chosen) {
    const why = await whyWrong(target, input);
    if (why === undefined) continue;
    failures += 1;
    say(`${target.name} fails: ${why}`);
  }
  say(`1 input on ${chosen.length} targets: ${failures} failures`);
  return failures === 0 ? 0 : 1;
}

function write(folder: string, name: string, input: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, input);
  return path;
}

function counted(value: number): string {
  return value.toLocaleString('en-GB');
}

function readOptions(args: readonly string[], names: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        inputs: { type: 'string', default: '10000' },
        target: { type: 'string' },
        file: { type: 'string' },
      },
    });
    const { target, file } = values;
    const seed = numberOf(values.seed);
    const inputs = numberOf(values.inputs);
    if (seed === undefined || inputs === undefined) return 'a seed and a number of inputs are whole numbers from 1 on';
    if (target !== undefined && !names.includes(target)) return `the targets are ${names.join(', ')}`;
    return { seed, inputs, target, file };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}
