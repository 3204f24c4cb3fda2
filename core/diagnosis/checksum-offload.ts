import { measuredOn, readingOf, readingOn } from '../evidence/evidence.ts';
import { describePath, findPath } from '../evidence/paths.ts';
import { countersGrown, describeCounter, type GrownCounter } from './counters-grown.ts';
import type { Found } from './diagnosis.ts';
import { type Facts, others, passes } from './facts.ts';

/** A receiver counts what it throws away because of its checksum; echoes have one that no card computes. */
const CHECKSUM_ERRORS = /^(Tcp|Udp|IpExt)\.InCsumErrors$/;

/** A person turns the offload off; nothing is won by taking the node's capacity away meanwhile. */
const CONFIDENCE = 0.75;

/** Packets leave with a wrong inner checksum: echoes pass, TCP is thrown away by the receiver. At fault is the sender. */
export function checksumOffload(facts: Facts): Found | undefined {
  const { name, evidence } = facts;
  const suffering = others(facts).filter((host) => lostTcp(facts, host).length > 0);
  if (suffering.length === 0) return undefined;
  const atNode = countersGrown(readingOf(evidence, 'node'), CHECKSUM_ERRORS);
  const atOthers = suffering.flatMap((host) => grownOn(facts, host));
  const grown = [...atNode, ...atOthers];
  if (grown.length === 0) return undefined;
  const [only, ...more] = suffering;
  const sender = atNode.length === 0 ? name : atOthers.length === 0 && more.length === 0 ? only : undefined;
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'checksum-offload',
    hostAtFault: sender ?? null,
    direction: 'both',
    confidence: CONFIDENCE,
    because: [...grown.map(describeCounter), ...suffering.flatMap((host) => lostTcp(facts, host))],
    despite: alreadyOff(facts, sender),
  };
}

/** Then something below it writes them. */
function alreadyOff({ evidence }: Facts, sender: string | undefined): readonly string[] {
  const measured = sender === undefined ? undefined : measuredOn(evidence.readings, sender);
  return measured?.txChecksum === 'off'
    ? [`tx-checksum-ip-generic of ${evidence.flannelDevice} on ${sender} is off already`]
    : [];
}

function grownOn({ evidence }: Facts, host: string): readonly GrownCounter[] {
  return countersGrown(readingOn(evidence.readings, host), CHECKSUM_ERRORS);
}

function lostTcp(facts: Facts, other: string): readonly string[] {
  return [...lostOneWay(facts, facts.name, other), ...lostOneWay(facts, other, facts.name)];
}

/** No TCP that was tried passes, while the echo on the same way does. A port that is kept shut leaves the other one. */
function lostOneWay(facts: Facts, from: string, to: string): readonly string[] {
  const ways = [
    { tcp: 'tcp', echo: 'vtep' },
    { tcp: 'podtcp', echo: 'workload' },
  ] as const;
  if (ways.some(({ tcp }) => passes(facts, tcp, from, to) === true)) return [];
  return ways.flatMap(({ tcp, echo }) => {
    const path = findPath(facts.evidence, tcp, from, to);
    return path === undefined || passes(facts, echo, from, to) !== true
      ? []
      : [`${describePath(path)}, an echo passes`];
  });
}
