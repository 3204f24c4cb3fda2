import { brokenPaths, describePath, measuredPaths } from '../../evidence/paths.ts';
import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** Small packets pass through the overlay and full-size ones vanish without a word. */
export function mtuBlackHole({ evidence }: Facts): Finding {
  const lost = brokenPaths(evidence, ['full']);
  if (lost.length === 0) return not('full-size packets pass, or were not measured');
  const paths = measuredPaths(evidence);
  const smallPasses = lost.filter((path) =>
    paths.some((other) => other.kind === 'vtep' && other.from === path.from && other.to === path.to && other.passed),
  );
  if (smallPasses.length === 0) return not('small packets are lost on the same paths');
  const silent = smallPasses.filter((path) => !path.tooLong);
  if (silent.length === 0) return not('too long packets are answered with "frag needed": senders adapt by themselves');
  return {
    type: 'found',
    class: 'mtu-black-hole',
    cause: 'full-size-packets-lost',
    hostAtFault: evidence.target.node,
    confidence: 0.95,
    because: silent.map((path) => `small packets pass, ${describePath(path)}`),
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'mtu-black-hole', why };
}
