import fc from 'fast-check';
import { damagedInputs } from './damaged-inputs.ts';
import { judgeSeen } from './judge-seen.ts';
import type { FuzzTarget } from './target.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Is told of each input before the target gets it. */
  readonly onInput?: (input: string) => void;
}

/** `failed`: the smallest input that was found, and what was wrong with what came of it. */
export type FuzzResult =
  | { readonly type: 'held' }
  | { readonly type: 'failed'; readonly input: string; readonly why: string };

/** Gives a target so many inputs. The same seed gives the same inputs. */
export async function fuzzTarget(target: FuzzTarget, { seed, inputs, onInput }: FuzzOptions): Promise<FuzzResult> {
  const property = fc.asyncProperty(damagedInputs(target), async (input) => {
    onInput?.(input);
    const why = await whyWrong(target, input);
    if (why !== undefined) throw new Error(why);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: inputs });
  if (!failed) return { type: 'held' };
  return { type: 'failed', input: counterexample?.[0] ?? '', why: describe(errorInstance) };
}

/** What is wrong with what the target does with one input; undefined: nothing. */
export async function whyWrong(target: FuzzTarget, input: string): Promise<string | undefined> {
  try {
    return judgeSeen(await target.receive(input));
  } catch (error) {
    return `it threw ${describe(error)}`;
  }
}

/** With the first places of our own code in the stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^ +at /.test(line) && !line.includes('node_modules'));
  const isOurs = error.constructor === Error;
  return [
    isOurs ? error.message : `${error.name}: ${error.message}`.slice(0, 500),
    ...(isOurs ? [] : places.slice(0, 4)),
  ].join('\n');
}
