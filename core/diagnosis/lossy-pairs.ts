import { measuredPaths } from '../evidence/paths.ts';
import { smallKinds } from '../evidence/probe-name.ts';
import { type Facts, others } from './facts.ts';

/** The node and another host between which more than a tenth of the small packets is lost, and not all. */
export interface LossyPair {
  readonly one: string;
  readonly other: string;
  readonly sent: number;
  readonly received: number;
}

/** Fewer packets than this tell no rate. */
const FEWEST_PACKETS = 20;
const PASSING_RATE = 0.9;

/** All paths of a pair together, in both directions: ten packets of one path are too few. A path of which nothing came back counts elsewhere. */
export function lossyPairs(facts: Facts): readonly LossyPair[] {
  const { name } = facts;
  return others(facts).flatMap((other) => {
    const paths = measuredPaths(facts.evidence).filter(
      ({ kind, from, to, received }) =>
        received > 0 && smallKinds.includes(kind) && [from, to].includes(name) && [from, to].includes(other),
    );
    const sent = sum(paths.map((path) => path.sent));
    const received = sum(paths.map((path) => path.received));
    const isLossy = sent >= FEWEST_PACKETS && received < sent * PASSING_RATE;
    return isLossy ? [{ one: name, other, sent, received }] : [];
  });
}

export function describeLossyPair({ one, other, sent, received }: LossyPair): string {
  const percent = Math.round((1 - received / sent) * 100);
  return `${percent} % of the packets between ${one} and ${other} are lost: ${received} of ${sent} came back`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
