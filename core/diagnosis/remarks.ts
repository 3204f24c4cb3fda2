import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { silentPaths } from '../evidence/paths.ts';
import type { ProbeKind } from '../evidence/probe-name.ts';
import { describeDrift } from '../overlay/drift.ts';
import { clockSkew } from './clock-skew.ts';
import type { Facts } from './facts.ts';
import { foreignAddresses } from './foreign-addresses.ts';
import { onlyIcmpPasses, podsWithoutTcp } from './only-icmp-passes.ts';
import { ownRouteShadowed } from './own-route-shadowed.ts';
import { describeConflict } from './rules/node-objects-conflict.ts';
import { inBothBackEnds, missingServiceRules } from './service-rules.ts';

/** Facts that decide nothing but are worth a look, whatever the diagnosis is. */
export function remarks(facts: Facts): readonly string[] {
  return [
    ...conflicts(facts),
    ...precursors(facts),
    ...silentAddresses(facts),
    ...foreign(facts),
    ...ownRouteShadowed(facts).harmless.map((route) => `differs without loss: ${route}`),
    ...withoutTcp(facts),
    ...oldPodMtus(facts),
    ...skewedClocks(facts),
    ...userspaceTunnel(facts),
    ...missingServiceRules(facts).harmless,
    ...inBothBackEnds(facts),
  ];
}

/** Other nodes whose objects contradict each other: nothing is concluded about them. */
function conflicts({ network, name }: Facts): readonly string[] {
  return network.conflicts.filter(({ nodes }) => !nodes.includes(name)).map(describeConflict);
}

/** At most this many differences are told; the rest is counted. */
const MOST_PRECURSORS = 8;

/** What differs from the Node objects while every path that depends on it passes. */
export function precursors({ precursors }: Facts): readonly string[] {
  const told = precursors.slice(0, MOST_PRECURSORS).map((drift) => `differs without loss: ${describeDrift(drift)}`);
  const more = precursors.length - told.length;
  return more > 0 ? [...told, `differs without loss: ${more} entries more`] : told;
}

function silentAddresses({ evidence, network }: Facts): readonly string[] {
  const silent = silentPaths(evidence);
  const isSilent = (host: string, of: ProbeKind) => silent.some(({ kind, to }) => kind === of && to === host);
  return network.members.flatMap(({ node, publicIp }) => [
    ...(isSilent(node, 'underlay') ? [`${publicIp} of ${node} answers no echo, yet the overlay to it passes`] : []),
    ...(isSilent(node, 'pod') ? [`the gateway of ${node}’s pods answers no echo, yet its pods do`] : []),
  ]);
}

/** flanneld runs on with it, and ends when it is started again. */
function foreign(facts: Facts): readonly string[] {
  const addresses = foreignAddresses(facts, facts.name);
  if (addresses.length === 0) return [];
  const { flannelDevice } = facts.evidence;
  return [
    `${flannelDevice} of ${facts.name} has ${addresses.join(', ')} besides its own: flanneld will not start again`,
  ];
}

/** A pod's NetworkPolicy, as long as it is not said of every pod. */
function withoutTcp(facts: Facts): readonly string[] {
  return onlyIcmpPasses(facts) === undefined ? podsWithoutTcp(facts) : [];
}

/**
 * subnet.env is read when a pod is created: pods keep that MTU, and learn a smaller one only for each destination by
 * path MTU discovery.
 */
function oldPodMtus({ node, evidence, name }: Facts): readonly string[] {
  const device = node?.links.find((link) => link.name === evidence.flannelDevice);
  if (node === undefined || device === undefined) return [];
  return node.pods.mtus
    .filter(([mtuBytes]) => mtuBytes > device.mtuBytes)
    .map(
      ([mtuBytes, pods]) =>
        `${pods} of ${name}’s pods keep an MTU of ${mtuBytes}, ${device.name} has ${device.mtuBytes}`,
    );
}

function skewedClocks(facts: Facts): readonly string[] {
  return facts.evidence.readings.flatMap((reading) => {
    const ahead = clockSkew(facts.evidence, reading);
    return ahead === undefined
      ? []
      : [`the clock of ${reading.host} is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}`];
  });
}

/** Without the kernel module a userspace WireGuard is used, at a fraction of the speed. */
function userspaceTunnel({ evidence, name, node, hub, peer }: Facts): readonly string[] {
  const kindOf = (measured: NodeEvidence | undefined) =>
    measured?.links.find((link) => link.name === evidence.wireguardDevice)?.kind;
  const elsewhere = [kindOf(hub?.measured), kindOf(peer?.measured)];
  if (kindOf(node) !== 'tun' || !elsewhere.includes('wireguard')) return [];
  return [`${evidence.wireguardDevice} of ${name} is a userspace WireGuard, elsewhere the kernel’s runs`];
}
