import { type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import { type Facts, passes } from './facts.ts';

/** The node's paths, in both directions, on which full-size packets are lost. */
export function fullSizeLosses({ evidence, name }: Facts): readonly MeasuredPath[] {
  return measuredPaths(evidence).filter(
    (path) => path.kind === 'full' && [path.from, path.to].includes(name) && !path.passed,
  );
}

/** Those on which small packets pass. */
export function lossesBySize(facts: Facts): readonly MeasuredPath[] {
  return fullSizeLosses(facts).filter(({ from, to }) => passes(facts, 'vtep', from, to) === true);
}

/** Of these, those on which nobody is told so: "frag needed" lets a sender adapt. */
export function silentLosses(facts: Facts): readonly MeasuredPath[] {
  return lossesBySize(facts).filter((path) => !path.tooLong);
}
