import { describePath, findPath } from '../evidence/paths.ts';
import { type Facts, others, passes } from './facts.ts';

/**
 * What other hosts' full-size packets to the hub tell of the hub's line. `too-small`: all are lost, so it is not the node's line.
 * `carries`: all pass. `unclear`: some do. `unknown`: nobody else sent any.
 */
export interface HubLine {
  readonly verdict: 'too-small' | 'carries' | 'unclear' | 'unknown';
  readonly because: readonly string[];
}

export function hubLine(facts: Facts, hub: string): HubLine {
  const witnesses = others(facts).flatMap((host) => {
    const path = host === hub ? undefined : findPath(facts.evidence, 'full', host, hub);
    return path !== undefined && passes(facts, 'vtep', host, hub) === true ? [path] : [];
  });
  const because = witnesses.map(describePath);
  if (witnesses.length === 0) return { verdict: 'unknown', because };
  // A packet that is answered with "too long" is refused by its own sender or a router: that is no black hole at the hub.
  const lost = witnesses.filter(({ passed, tooLong }) => !passed && !tooLong).length;
  return { verdict: lost === 0 ? 'carries' : lost === witnesses.length ? 'too-small' : 'unclear', because };
}
