import fc from 'fast-check';
import { anyJsonDamage, damageJson, type JsonDamage } from './damage-json.ts';
import { anyTextDamage, damageText } from './damage-text.ts';
import { writeJson } from './hostile.ts';
import type { FuzzTarget } from './target.ts';

/** What is longer is cut: every entrance has a limit of its own, and the time goes to other inputs. */
const MOST = 1_000_000;

/** Inputs of a target: mostly its samples with some damage. They shrink to a small sample with one damage. */
export function damagedInputs({ samples, format }: Pick<FuzzTarget, 'samples' | 'format'>): fc.Arbitrary<string> {
  const sorted = samples.toSorted((one, other) => one.length - other.length);
  const anySample = fc.nat({ max: sorted.length - 1 });
  const byText = fc
    .tuple(anySample, fc.array(anyTextDamage, { minLength: 1, maxLength: 4 }))
    .map(([sample, damage]) => damage.reduce(damageText, sorted[sample] ?? ''));
  const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json({ maxDepth: 3 }));
  if (format === 'yaml') return fc.oneof({ weight: 19, arbitrary: byText }, { weight: 1, arbitrary: anything });
  const parsed = sorted.map((sample): unknown => JSON.parse(sample));
  const byValue = fc
    .tuple(anySample, fc.array(anyJsonDamage, { minLength: 1, maxLength: 4 }))
    .map(([sample, damage]) =>
      writeJson(damage.filter(isFirstRepeat).reduce(damageJson, parsed[sample])).slice(0, MOST),
    );
  return fc.oneof(
    { weight: 15, arbitrary: byValue },
    { weight: 4, arbitrary: byText },
    { weight: 1, arbitrary: anything },
  );
}

/** Repetitions of repetitions would be too large to write down. */
function isFirstRepeat({ kind }: JsonDamage, index: number, all: readonly JsonDamage[]): boolean {
  return kind !== 'repeat' || all.findIndex((each) => each.kind === 'repeat') === index;
}
