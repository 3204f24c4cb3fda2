import { expect, it } from 'vitest';
import { createFuzzThread } from '../../fuzz/fuzz-thread.ts';
import { mutants, needsThread } from '../../fuzz/mutants.ts';

const SEED = 1;
/** Found in the first dozens of inputs. */
const INPUTS = 2_000;
const module = new URL('../../fuzz/mutants.ts', import.meta.url).href;

it('an entrance that does not end, or takes all the memory, is caught with its input', async () => {
  const inThread = mutants.filter(needsThread);
  const found = new Map<string, string>();
  for (const { target, caught } of inThread) {
    // On a busy machine it takes a while until so much memory is taken.
    const limits = caught === 'MB' ? { seconds: 90, megabytes: 400 } : { seconds: 2, megabytes: 4_000 };
    const thread = createFuzzThread(module, limits);
    const result = await thread.fuzz({ name: target.name, seed: SEED, inputs: INPUTS });
    if (result.type === 'failed') found.set(target.name, `${result.why}: ${result.input}`);
    await thread.close();
  }
  for (const { target, caught } of inThread) expect(found.get(target.name)).toContain(caught);
  expect(found.get('evidence')).toContain('__proto__');
  expect(found.get('stored-record')).toContain('constructor');
});
