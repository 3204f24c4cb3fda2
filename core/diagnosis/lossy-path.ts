import { brokenPaths } from '../evidence/paths.ts';
import { everyLayerAndWorkload } from '../evidence/probe-name.ts';
import { blameByPairs } from './blame-by-pairs.ts';
import { countersGrown, describeCounter } from './counters-grown.ts';
import type { Found } from './diagnosis.ts';
import { type Facts, others, reaches } from './facts.ts';
import { fullConnectionTable } from './full-connection-table.ts';
import { describeLossyPair, lossyPairs } from './lossy-pairs.ts';

/** Counters of a host that drops what it cannot keep up with. */
const DROPS =
  /^(conntrack\.(drop|early_drop|insert_failed)|neighbours\.table_fulls|softnet\.dropped|Udp\.(InErrors|RcvbufErrors)|link\..*(dropped|errors))$/;

/** Too unsure for a rung that takes capacity away: a line that loses packets is not healed by it. */
const CONFIDENCE = 0.75;

/** Packets of every size are lost at random: no table, key or size is wrong. */
export function lossyPath(facts: Facts): Found | undefined {
  const pairs = lossyPairs(facts);
  const small = brokenPaths(facts.evidence, everyLayerAndWorkload).filter(({ kind }) => kind !== 'full');
  const full = fullConnectionTable(facts, pairs);
  // Paths that are lost altogether are another fault, unless the host drops what begins anew.
  if (pairs.length === 0 || (small.length > 0 && full === undefined)) return undefined;
  const measured = others(facts).filter((host) => reaches(facts, facts.name, host) !== undefined);
  const grown = facts.evidence.readings.flatMap((reading) => countersGrown(reading, DROPS));
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'lossy-path',
    hostAtFault:
      full?.host ??
      blameByPairs(
        facts.name,
        measured,
        pairs.map(({ other }) => other),
      ),
    direction: 'both',
    confidence: CONFIDENCE,
    because: [
      ...pairs.map(describeLossyPair),
      ...(full?.because ?? []),
      ...grown.slice(0, MOST_COUNTERS).map(describeCounter),
    ],
    despite: [],
  };
}

const MOST_COUNTERS = 4;
