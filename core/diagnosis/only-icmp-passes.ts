import { describePath, findPath } from '../evidence/paths.ts';
import type { ProbeKind } from '../evidence/probe-name.ts';
import { blameByPairs } from './blame-by-pairs.ts';
import type { Found } from './diagnosis.ts';
import { type Facts, others, passes } from './facts.ts';

/** Too unsure for a rung that takes capacity away: a NetworkPolicy may look the same. */
const CONFIDENCE = 0.75;

/**
 * Echoes arrive and nothing else does: firewalld and ufw forward ICMP by default and refuse the rest. TCP to one pod of many
 * is not enough, because a NetworkPolicy may refuse it.
 */
export function onlyIcmpPasses(facts: Facts): Found | undefined {
  return hubRefusesOverlay(facts) ?? hubRefusesPods(facts) ?? nodeRefusesPods(facts) ?? onlyPair(facts);
}

/** The paths on which a pod answers an echo and not TCP. */
export function podsWithoutTcp(facts: Facts): readonly string[] {
  const { name } = facts;
  return others(facts).flatMap((host) => [...tellLost(facts, host, name), ...tellLost(facts, name, host)]);
}

/** Encapsulated packets are UDP: a hub that forwards only ICMP lets the echoes between tunnel addresses through. */
function hubRefusesOverlay(facts: Facts): Found | undefined {
  const { hub, name } = facts;
  const isDead = (from: string, to: string) =>
    passes(facts, 'underlay', from, to) === true && passes(facts, 'vtep', from, to) === false;
  const hosts = beyondHub(facts);
  if (hub === undefined || !isPassing(facts, 'vtep', hub.name)) return undefined;
  if (hosts.length < 2 || !hosts.every((host) => isDead(name, host) && isDead(host, name))) return undefined;
  const lost = hosts.flatMap((host) => [...tell(facts, 'vtep', name, host), ...tell(facts, 'vtep', host, name)]);
  return found(hub.name, [
    `everybody reaches ${hub.name}; what it passes on is answered when it is an echo only`,
    ...lost,
  ]);
}

function hubRefusesPods(facts: Facts): Found | undefined {
  const { hub, name } = facts;
  const hosts = beyondHub(facts).filter((host) => asked(facts, host, name) && asked(facts, name, host));
  if (hub === undefined || !isPassing(facts, 'podtcp', hub.name) || hosts.length < 2) return undefined;
  if (!hosts.every((host) => isLost(facts, host, name) && isLost(facts, name, host))) return undefined;
  return found(hub.name, [`TCP passes between ${name} and ${hub.name}, and no further`, ...podsWithoutTcp(facts)]);
}

/** Inward counts: what the node itself sends is not forwarded by it. */
function nodeRefusesPods(facts: Facts): Found | undefined {
  const { name } = facts;
  const measured = others(facts).filter((host) => asked(facts, host, name));
  const lost = measured.filter((host) => isLost(facts, host, name));
  if (blameByPairs(name, measured, lost) !== name) return undefined;
  const because = [`pods of ${name} answer echoes from everywhere, and TCP from nowhere`, ...podsWithoutTcp(facts)];
  const despite =
    podsAsked(facts) > 1 ? [] : [`only one pod of ${name} was asked: its own NetworkPolicy looks the same`];
  return found(name, because, despite);
}

/** With one pair only, nobody can be blamed; and one direction alone may be one pod's NetworkPolicy. */
function onlyPair(facts: Facts): Found | undefined {
  const { name } = facts;
  const measured = others(facts).filter((host) => asked(facts, host, name) || asked(facts, name, host));
  const [other] = measured;
  if (other === undefined || measured.length > 1) return undefined;
  if (!isLost(facts, other, name) || !isLost(facts, name, other)) return undefined;
  return found(null, podsWithoutTcp(facts));
}

/** The hosts to which the node's packets are passed on by its hub. */
function beyondHub(facts: Facts): readonly string[] {
  const { hub, tunnel } = facts;
  return hub === undefined || tunnel === undefined ? [] : others(facts).filter((host) => host !== hub.name);
}

function isPassing(facts: Facts, kind: ProbeKind, other: string): boolean {
  return passes(facts, kind, facts.name, other) === true && passes(facts, kind, other, facts.name) === true;
}

function asked(facts: Facts, from: string, to: string): boolean {
  return passes(facts, 'workload', from, to) === true && passes(facts, 'podtcp', from, to) !== undefined;
}

function isLost(facts: Facts, from: string, to: string): boolean {
  return asked(facts, from, to) && passes(facts, 'podtcp', from, to) === false;
}

function podsAsked({ evidence, name }: Facts): number {
  const probes = evidence.readings.flatMap(({ runs }) => runs.flatMap((run) => run.probes));
  return new Set(probes.filter((probe) => probe.name === `podtcp-${name}`).map(({ address }) => address)).size;
}

function tellLost(facts: Facts, from: string, to: string): readonly string[] {
  return isLost(facts, from, to) ? tell(facts, 'podtcp', from, to) : [];
}

function tell({ evidence }: Facts, kind: ProbeKind, from: string, to: string): readonly string[] {
  const path = findPath(evidence, kind, from, to);
  return path === undefined ? [] : [`${describePath(path)}, an echo passes`];
}

function found(hostAtFault: string | null, because: readonly string[], despite: readonly string[] = []): Found {
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'only-icmp-passes',
    hostAtFault,
    direction: 'both',
    confidence: CONFIDENCE,
    because,
    despite,
  };
}
