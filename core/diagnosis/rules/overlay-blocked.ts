import { measuredOn, sees, seesAll } from '../../evidence/evidence.ts';
import { describePath, findPath, type MeasuredPath } from '../../evidence/paths.ts';
import type { ProbeKind } from '../../evidence/probe-name.ts';
import { isBehindHub } from '../behind-hub.ts';
import type { CauseName } from '../causes.ts';
import { checksumOffload } from '../checksum-offload.ts';
import { type Finding, type Found, notA } from '../diagnosis.ts';
import { type Facts, others, passes } from '../facts.ts';
import { lossyPairs } from '../lossy-pairs.ts';
import { lossyPath } from '../lossy-path.ts';
import { onlyIcmpPasses } from '../only-icmp-passes.ts';

const not = notA('overlay-blocked');

/** Not enough pairs tell who it is: too little for a quarantine. */
const UNDECIDED = 0.75;

/** Tables are right and the layer below passes, but a filter drops encapsulated or forwarded packets. */
export function overlayBlocked(facts: Facts): Finding {
  if (facts.drifts.length > 0) return not('the tables differ from what they must be');
  return (
    lossyPath(facts) ??
    checksumOffload(facts) ??
    refusedButIcmp(facts) ??
    hubForwards(facts) ??
    flannelPort(facts) ??
    podForwards(facts) ??
    not('nothing that passes below is lost above')
  );
}

/** Where echoes are lost as well, a lost connection says nothing about a firewall. */
function refusedButIcmp(facts: Facts): Found | undefined {
  return lossyPairs(facts).length === 0 ? onlyIcmpPasses(facts) : undefined;
}

/** Every host reaches the hub, but no other host. */
function hubForwards(facts: Facts): Found | undefined {
  const { hub, peer, segment, name } = facts;
  if (hub === undefined || facts.tunnel === undefined) return undefined;
  // A peer of another hub is reached through the cloud's network, as the segment host is: both may be lost there.
  if (peer !== undefined && !isBehindHub(facts, peer.name)) return undefined;
  const beyond = [peer?.name, segment].filter((host) => host !== undefined);
  const lost = beyond.flatMap((host) => lostBetween(facts, 'underlay', name, host));
  const bothReachHub =
    passes(facts, 'underlay', name, hub.name) === true && passes(facts, 'underlay', hub.name, name) === true;
  const peerReachesHub = peer === undefined || passes(facts, 'underlay', peer.name, hub.name) !== false;
  if (!bothReachHub || !peerReachesHub) return undefined;
  if (beyond.length < 2 || beyond.some((host) => lostBetween(facts, 'underlay', name, host).length === 0))
    return undefined;
  return found('forward-dropped', hub.name, 0.9, ['everybody reaches the hub, which passes nothing on', ...lost]);
}

/** Packets of flannel's device are dropped, while the layer below passes. */
export function flannelPort(facts: Facts): Found | undefined {
  const { name, network } = facts;
  const cause = network.traits?.blockedCause;
  if (cause === undefined) return undefined;
  // Tables that were not seen may be what is wrong.
  if (!seesTables(facts, name)) return undefined;
  const measured = others(facts).filter(
    (host) =>
      seesTables(facts, host) &&
      passes(facts, 'vtep', name, host) !== undefined &&
      lostBetween(facts, 'underlay', name, host).length === 0 &&
      passes(facts, 'underlay', name, host) !== undefined,
  );
  const dead = measured.filter((host) => lostBetween(facts, 'vtep', name, host).length > 0);
  const [first] = dead;
  if (first === undefined) return undefined;
  const everywhere = dead.length === measured.length;
  const because = ['the layer below passes', ...dead.flatMap((host) => lostBetween(facts, 'vtep', name, host))];
  const inner = dead.filter((host) => passes(facts, 'pod', name, host) === true);
  const despite = inner.map((host) => `a pod address of ${host} answers through the same overlay`);
  // Behind a hub that was not measured, the hub may be what drops them.
  const isHubOpen = facts.tunnel !== undefined && !measured.includes(facts.tunnel.hub);
  if (isHubOpen || (dead.length > 1 && !everywhere)) return found(cause, null, UNDECIDED, because, despite);
  if (everywhere && measured.length > 1) return found(cause, name, 0.9, because, despite);
  return found(cause, everywhere ? name : first, everywhere ? UNDECIDED : 0.85, because, despite);
}

function seesTables({ evidence, network }: Facts, host: string): boolean {
  const measured = measuredOn(evidence.readings, host);
  return measured !== undefined && seesAll(measured, network.traits?.tables ?? []);
}

/** A host that could not be read at all says nothing of its routes either; its packets still do. */
function seesRoutes({ evidence }: Facts, host: string): boolean {
  const measured = measuredOn(evidence.readings, host);
  return measured === undefined || sees(measured, 'routes');
}

/** The host's pod gateway answers and its pods do not: forwarded packets are dropped. */
export function podForwards(facts: Facts): Found | undefined {
  const { name } = facts;
  // A narrower route would take the packets to a single pod elsewhere.
  const dropped = (from: string, to: string) =>
    passes(facts, 'workload', from, to) === false &&
    passes(facts, 'pod', from, to) === true &&
    [from, to].every((host) => seesRoutes(facts, host));
  const told = (from: string, to: string) => {
    const path = findPath(facts.evidence, 'workload', from, to);
    return path === undefined ? [] : [`${to} itself answers, ${describePath(path)}`];
  };
  const inward = others(facts).filter((host) => dropped(host, name));
  if (inward.length > 0)
    return found(
      'forward-dropped',
      name,
      0.9,
      inward.flatMap((host) => told(host, name)),
    );
  const outward = others(facts).find((host) => dropped(name, host));
  return outward === undefined ? undefined : found('forward-dropped', outward, 0.85, told(name, outward));
}

function lostBetween({ evidence }: Facts, kind: ProbeKind, one: string, other: string): readonly string[] {
  return [findPath(evidence, kind, one, other), findPath(evidence, kind, other, one)]
    .filter((path): path is MeasuredPath => path !== undefined && !path.passed)
    .map(describePath);
}

function found(
  cause: CauseName,
  hostAtFault: string | null,
  confidence: number,
  because: readonly string[],
  despite: readonly string[] = [],
): Found {
  return {
    type: 'found',
    basis: 'symptom',
    cause,
    hostAtFault,
    direction: 'both',
    confidence,
    because,
    despite,
  };
}
