import { assertNever } from '../../assert-never.ts';
import { describePath, measuredPaths } from '../../evidence/paths.ts';
import { blameByPairs } from '../blame-by-pairs.ts';
import { type CachedMtu, cachedMtus } from '../cached-mtu.ts';
import { type Direction, type Finding, type Found, notA } from '../diagnosis.ts';
import { type Facts, others, passes } from '../facts.ts';
import { fullSizeLosses, lossesBySize, silentLosses } from '../full-size-losses.ts';
import { type HubLine, hubLine } from '../hub-line.ts';
import { lossyPairs } from '../lossy-pairs.ts';
import { type OversizedDevice, oversizedDevice } from '../oversized-device.ts';
import { type TunnelSize, tunnelSize } from '../tunnel-size.ts';

const not = notA('mtu-black-hole');

/** Without a search the size of the path is not known: too little for a repair, and for a quarantine. */
const UNSEARCHED = 0.75;
/** Enough for a repair. Whose line it is, or whether it is still so, is not known: too little for a quarantine. */
const UNSURE = 0.85;

/** Small packets pass through the overlay; full-size ones are lost without an error. */
export function mtuBlackHole(facts: Facts): Finding {
  if (fullSizeLosses(facts).length === 0) return not('full-size packets pass, or were not measured');
  if (lossyPairs(facts).length > 0) return not('packets of every size are lost');
  const smallPasses = lossesBySize(facts);
  if (smallPasses.length === 0) return not('small packets are lost on the same paths');
  const silent = silentLosses(facts);
  if (silent.length === 0) return not('too long packets are answered with "frag needed": senders adapt by themselves');
  const measured = tunnelSize(facts);
  const cached = measured === undefined ? [] : cachedMtus(facts, measured);
  const oversized = measured === undefined ? oversizedDevice(facts) : undefined;
  const line = hubsLine(facts, measured);
  return {
    type: 'found',
    basis: 'symptom',
    ...(byMemory(cached) ?? blame(facts, measured, oversized, line)),
    direction: directionOf(facts),
    because: [
      ...silent.map((path) => `small packets pass, ${describePath(path)}`),
      ...(measured?.because ?? oversized?.because ?? []),
      ...cached.map(({ why }) => why),
      ...line.because,
    ],
    despite: smallPasses.length > silent.length ? ['some too long packets are answered with "frag needed"'] : [],
    forRepair: {
      ...(measured === undefined ? {} : { tunnelSize: measured }),
      ...(oversized === undefined ? {} : { oversized }),
      ...(cached.length === 0 ? {} : { cached }),
    },
  };
}

/** What the kernels remember bounds the search, so the search says nothing of the path. */
function byMemory([first]: readonly CachedMtu[]): Pick<Found, 'cause' | 'hostAtFault' | 'confidence'> | undefined {
  return first && { cause: 'cached-mtu', hostAtFault: first.host, confidence: UNSURE };
}

/** The path below carries its full MTU, but the MTU of flannel's own WireGuard device may be larger. */
function blame(
  facts: Facts,
  size: TunnelSize | undefined,
  oversized: OversizedDevice | undefined,
  line: HubLine,
): Pick<Found, 'cause' | 'hostAtFault' | 'confidence'> {
  if (oversized !== undefined) return { cause: 'device-mtu-too-large', hostAtFault: oversized.host, confidence: 0.95 };
  if (size === undefined) return { cause: 'path-mtu-lowered', hostAtFault: hostBySize(facts), confidence: UNSEARCHED };
  if (size.deviceTooLarge) return { cause: 'device-mtu-too-large', hostAtFault: size.host, confidence: 0.95 };
  return { cause: 'path-mtu-lowered', ...whoseLine(facts, size, line) };
}

/** Without the word of another host the node's search tells the size, and not whose line it is: then no quarantine follows. */
function whoseLine(facts: Facts, size: TunnelSize, { verdict }: HubLine): Pick<Found, 'hostAtFault' | 'confidence'> {
  switch (verdict) {
    case 'too-small':
      return { hostAtFault: facts.tunnel?.hub ?? null, confidence: 0.95 };
    case 'carries':
      return { hostAtFault: size.host, confidence: 0.95 };
    case 'unclear':
      return { hostAtFault: null, confidence: UNSURE };
    case 'unknown':
      return { hostAtFault: size.host, confidence: UNSURE };
    default:
      return assertNever(verdict);
  }
}

/** The search measured the way between the node and the hub: which end of it is too small, other hosts tell. */
function hubsLine(facts: Facts, size: TunnelSize | undefined): HubLine {
  const { tunnel } = facts;
  if (tunnel === undefined || size === undefined || size.deviceTooLarge) return { verdict: 'unknown', because: [] };
  return hubLine(facts, tunnel.hub);
}

/** Whose path is too small, where no search tells: which pairs pass full-size packets says it. */
function hostBySize(facts: Facts): string | null {
  const { name } = facts;
  const measured = others(facts).filter((host) => isMeasured(facts, host));
  const losing = measured.filter((host) => silentLosses(facts).some(({ from, to }) => from === host || to === host));
  return blameByPairs(name, measured, losing);
}

function isMeasured(facts: Facts, host: string): boolean {
  const { name } = facts;
  return passes(facts, 'full', name, host) !== undefined || passes(facts, 'full', host, name) !== undefined;
}

/** A full-size packet with a small answer shows which direction is affected. */
function directionOf(facts: Facts): Direction {
  const hops = measuredPaths(facts.evidence).filter(
    ({ kind, from, to, passed }) => kind === 'fullhop' && !passed && passes(facts, 'hop', from, to) === true,
  );
  const outward = hops.some(({ from }) => from === facts.name);
  const inward = hops.some(({ to }) => to === facts.name);
  if (outward === inward) return 'both';
  return outward ? 'from-node' : 'to-node';
}
