import { type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import { type Facts, passes } from './facts.ts';

/** The node's paths, in both directions, on which full-size packets are lost. */
export function fullSizeLosses({ evidence, name }: Facts): readonly MeasuredPath[] {
  return measuredPaths(evidence).filter(
    (path) => path.kind === 'full' && [path.from, path.to].includes(name) && !path.passed,
  );
}

/** Of these, the paths on which small packets pass. */
export function lossesBySize(facts: Facts): readonly MeasuredPath[] {
  return fullSizeLosses(facts).filter(({ from, to }) => passes(facts, 'vtep', from, to) === true);
}

/** Of these, the paths without a "frag needed" answer, which would let the sender adapt. */
export function silentLosses(facts: Facts): readonly MeasuredPath[] {
  return lossesBySize(facts).filter((path) => !path.tooLong);
}

/** The others: packets that fit the sender's own device are too long further on, and it is told so. Path MTU discovery works. */
export function toldTooLong(facts: Facts): readonly MeasuredPath[] {
  return lossesBySize(facts).filter((path) => path.tooLong);
}
