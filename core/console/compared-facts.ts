import type { Examination } from '../diagnosis/diagnose.ts';
import { measuredOn } from '../evidence/evidence.ts';
import { brokenPaths, describePath, nameOfPath } from '../evidence/paths.ts';
import { everyLayerAndWorkload } from '../evidence/probe-name.ts';
import { formatOperation } from '../grammar/operation.ts';
import { type Drift, describeDrift, peerOf } from '../overlay/drift.ts';

/** One fact that decided: what was expected, and what was found instead. */
export interface ComparedFact {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ComparedFacts {
  readonly facts: readonly ComparedFact[];
  /** How many of the same kinds are not among them. */
  readonly leftOut: number;
}

/** Enough to see what is wrong; the receipt has all of it. */
const MOST_PATHS = 8;
const MOST_DRIFTS = 12;

/** The paths that failed, and the differences on which they depend. */
export function comparedFacts({ facts }: Pick<Examination, 'facts'>): ComparedFacts {
  // Of the address family that was found wrong.
  const { evidence } = facts;
  const paths = brokenPaths(evidence, everyLayerAndWorkload);
  const drifts = facts.harmful;
  return {
    facts: [
      ...paths.slice(0, MOST_PATHS).map((path) => {
        const name = nameOfPath(path);
        const actual = describePath(path).slice(name.length).replace(/^:? */, '');
        return { what: name, expected: 'passes', actual: `${actual}, ${path.received} of ${path.sent} came back` };
      }),
      ...drifts.slice(0, MOST_DRIFTS).map((drift) => ofDrift(drift, facts)),
    ],
    leftOut: Math.max(0, paths.length - MOST_PATHS) + Math.max(0, drifts.length - MOST_DRIFTS),
  };
}

function ofDrift(drift: Drift, { evidence, network }: Examination['facts']): ComparedFact {
  const mending = network.mend(drift, evidence.flannelDevice, (host) => measuredOn(evidence.readings, host));
  const peer = peerOf(drift);
  return {
    what: `${drift.host}: ${drift.type.replaceAll('-', ' ')}${peer === undefined ? '' : ` for ${peer}`}`,
    expected:
      'expected' in drift
        ? drift.expected
        : mending.map(formatOperation).join('\n') || 'as the Node objects and flannel’s configuration say',
    actual: actualOf(drift),
  };
}

function actualOf(drift: Drift): string {
  if (!('actual' in drift)) return describeDrift(drift).slice(drift.host.length + 2);
  const { actual } = drift;
  return typeof actual === 'string' ? actual : actual.join('\n') || 'none';
}
