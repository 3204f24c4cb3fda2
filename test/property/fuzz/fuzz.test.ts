import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { fuzz } from '../../fuzz/fuzz.ts';
import { fuzzTarget, whyWrong } from '../../fuzz/fuzz-target.ts';
import { targets as broken, mutants, needsThread } from '../../fuzz/mutants.ts';
import { targets } from '../../fuzz/targets.ts';
import { runs } from '../runs.ts';

const SEED = 1;
/** Found in the first dozens of inputs. */
const MUTANT_INPUTS = 2_000;

describe('every entrance', () => {
  it.each(targets)('$name takes its real inputs', async (target) => {
    for (const sample of target.samples) expect(await whyWrong(target, sample)).toBeUndefined();
  });

  it.each(targets)('$name answers damaged inputs clearly, in time and in measure', async (target) => {
    const result = await fuzzTarget(target, { seed: SEED, inputs: runs(target.share * 40) });
    expect(result).toEqual({ type: 'held' });
  });
});

describe('an entrance is caught', () => {
  it.each(mutants.filter((mutant) => !needsThread(mutant)))('that has $breaks', async ({ target, caught }) => {
    const result = await fuzzTarget(target, { seed: SEED, inputs: MUTANT_INPUTS });
    expect(result).toMatchObject({ type: 'failed', why: expect.stringContaining(caught) });
  });
});

describe('npm run fuzz', () => {
  const module = new URL('../../fuzz/mutants.ts', import.meta.url).href;

  it('writes down the input that fails, and how to give it again', async () => {
    const folder = temporaryFolder();
    const said: string[] = [];
    const args = ['--seed', '7', '--inputs', '200', '--target', 'configuration'];
    const code = await fuzz(args, (line) => said.push(line), { targets: broken, module, folder });
    const file = `${folder}/configuration-7.txt`;
    expect(code).toBe(1);
    expect(said).toEqual([
      'configuration fails, seed 7: it was refused without a reason',
      `  the input: ${file}`,
      `  again: npm run fuzz -- --target configuration --file ${file}`,
      '200 inputs on 1 targets, seed 7: 1 failures',
    ]);
    const again: string[] = [];
    const place = { targets: broken, module, folder };
    expect(await fuzz(['--target', 'configuration', '--file', file], (line) => again.push(line), place)).toBe(1);
    expect(again[0]).toContain('it was refused without a reason');
    expect(readFileSync(file, 'utf8').length).toBeLessThan(2_000);
  });

  it.each([[['--target', 'nobody']], [['--seed', '0']], [['--inputs', 'many']], [['--nothing']]])(
    'refuses %j',
    async (args) => {
      const said: string[] = [];
      expect(await fuzz(args, (line) => said.push(line), { targets, module, folder: '' })).toBe(2);
      expect(said.at(-1)).toMatch(/^usage: npm run fuzz/);
    },
  );
});
