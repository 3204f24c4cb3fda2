import type { Facts } from '../diagnosis/facts.ts';
import { mayFilter } from '../diagnosis/reverse-path.ts';
import { measuredOn } from '../evidence/evidence.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import type { Operation } from '../grammar/operation.ts';
import { holdsNetwork, parseCidr, sameCidr } from '../network/cidr.ts';
import { type ForwardingKey, forwardingKeys } from '../network/forwarding-key.ts';
import { IPV6_MIN_MTU_BYTES } from '../network/mtu.ts';
import { inventoryAgrees } from './inventory-agrees.ts';
import type { HostPlan } from './plan.ts';

/**
 * Why a person must say yes to a plan, whatever its stage says. A kubelet may write its own annotations, and a host's output
 * may lie: so no address moves from one peer to another, no network from outside the tunnel gets into it, and no endpoint
 * is changed on the word of one node alone. Nor is a hub changed. What the inventory says as well needs no yes.
 */
export function whyAsk(facts: Facts, hosts: readonly HostPlan[]): readonly string[] {
  return hosts.flatMap(({ host, operations }) => {
    const measured = measuredOn(facts.evidence.readings, host);
    const onRecord = (operation: Operation) => inventoryAgrees(facts, host, operation);
    const open = operations.filter((operation) => !onRecord(operation));
    const onHub = host === facts.hub?.name && open.length > 0;
    const onlyAnnounced = facts.self?.family === 'ipv6' && host !== facts.name && open.length > 0;
    return [
      ...(onlyAnnounced ? [`${host}: the node’s IPv6 address is known from its own Node object alone`] : []),
      ...(onHub ? [`${host}: every node behind this hub depends on it, and no inventory confirms the change`] : []),
      ...open.flatMap((operation) => reasons(operation, operations, host, measured, facts)),
    ];
  });
}

/** The label that kubeadm, k3s and RKE2 give to every server. */
const CONTROL_PLANE_LABEL = 'node-role.kubernetes.io/control-plane';

/**
 * Why a person must say yes to a restart of a host's agent. flannel empties its NAT rules while it starts again, and on a k3s or
 * RKE2 server the control plane is the same process.
 */
export function whyAskRestart({ evidence, hub }: Facts, host: string): readonly string[] {
  const labels = evidence.nodes.find(({ metadata }) => metadata.name === host)?.metadata.labels ?? {};
  const agents = measuredOn(evidence.readings, host)?.agents ?? [];
  const isServer = Object.hasOwn(labels, CONTROL_PLANE_LABEL) || agents.includes('k3s-server');
  return [
    ...(isServer ? [`${host}: the control plane there may restart with its agent`] : []),
    ...(host === hub?.name ? [`${host}: every node behind this hub is without its NAT rules for a moment`] : []),
  ];
}

function reasons(
  operation: Operation,
  batch: readonly Operation[],
  host: string,
  measured: NodeEvidence | undefined,
  facts: Facts,
): readonly string[] {
  switch (operation.op) {
    case 'offload':
      return host === facts.name ? [] : [`${host}: that it sends wrong checksums is known from ${facts.name} alone`];
    case 'sysctl':
      return forgetsRouter(operation.key, measured)
        ? [
            `${host}: with ${operation.key} the kernel forgets the default route that a router advertised, unless accept_ra is 2`,
          ]
        : [];
    case 'wg endpoint':
      return [`${host}: the endpoint ${operation.endpoint} is known from one other node’s tunnel alone`];
    case 'link mtu':
      return endsIpv6(operation, measured)
        ? [`${host}: below ${IPV6_MIN_MTU_BYTES} the kernel takes the IPv6 addresses of ${operation.dev} away`]
        : [];
    case 'wg allowed-ips':
    case 'wg add': {
      const networks = addedNetworks(operation, measured);
      return [
        ...networks.flatMap((network) => movedFrom(network, operation, batch, host, measured)),
        ...(operation.dev === facts.evidence.wireguardDevice
          ? networks.flatMap((network) => outsideTunnel(network, operation.dev, host, measured))
          : []),
      ];
    }
    case 'wg listen-port':
      return unseenFilter(host, measured, facts);
    case 'route set':
      return operation.dev === facts.evidence.wireguardDevice
        ? [...outsideTunnel(operation.cidr, operation.dev, host, measured), ...unseenFilter(host, measured, facts)]
        : [];
    default:
      return [];
  }
}

/** Another way or port would not help where the kernel drops what comes in. */
function unseenFilter(host: string, measured: NodeEvidence | undefined, facts: Facts): readonly string[] {
  return measured !== undefined && mayFilter(facts, measured)
    ? [`${host}: whether its strict reverse-path filter drops the packets was not seen`]
    : [];
}

/** net/ipv6/addrconf.c, addrconf_fixup_forwarding: rt6_purge_dflt_routers. `measured`: as IPv6 alone has it. */
function forgetsRouter(key: ForwardingKey, measured: NodeEvidence | undefined): boolean {
  const isDefault = (destination: string) => destination === 'default' || destination === '::/0';
  return (
    key === forwardingKeys.ipv6 &&
    (measured?.routes ?? []).some(([destination, , , , , protocol]) => isDefault(destination) && protocol === 'ra')
  );
}

/** Link-local addresses come back by themselves, and nobody sends pods' packets to them. */
function endsIpv6(
  { dev, mtuBytes }: Extract<Operation, { readonly op: 'link mtu' }>,
  measured: NodeEvidence | undefined,
): boolean {
  const hasIpv6 = (measured?.addresses ?? []).some(
    ([device, text]) => device === dev && text.includes(':') && !text.startsWith('fe80:'),
  );
  return hasIpv6 && mtuBytes < IPV6_MIN_MTU_BYTES;
}

type PeerOperation = Extract<Operation, { readonly op: 'wg allowed-ips' | 'wg add' }>;

/** What the peer does not hold yet. A part of what it holds is new to it: WireGuard takes that from another peer all the same. */
function addedNetworks(operation: PeerOperation, measured: NodeEvidence | undefined): readonly string[] {
  const entry = peersOf(operation.dev, measured).find(({ publicKey }) => publicKey === operation.peer);
  const isHeld = (cidr: string) => entry?.allowedIps.some((held) => sameCidr(held, cidr)) === true;
  return operation.cidrs.filter((cidr) => !isHeld(cidr));
}

/** WireGuard takes a network that one peer gets from every other peer. One that the same batch removes has no use for it. */
function movedFrom(
  network: string,
  { dev, peer }: PeerOperation,
  batch: readonly Operation[],
  host: string,
  measured: NodeEvidence | undefined,
): readonly string[] {
  const removed = batch.flatMap((other) => (other.op === 'wg del' ? [other.peer] : []));
  return peersOf(dev, measured)
    .filter((other) => other.publicKey !== peer && !removed.includes(other.publicKey) && holdsPartOf(other, network))
    .map(({ publicKey }) => `${host}: ${network} moves from the peer ${publicKey} to ${peer}`);
}

/** A wider network of another peer keeps what it has: WireGuard chooses the narrower one. */
function holdsPartOf({ allowedIps }: WireGuardPeer, network: string): boolean {
  return allowedIps.some((held) => holdsNetwork(network, held));
}

function outsideTunnel(
  network: string,
  dev: string,
  host: string,
  measured: NodeEvidence | undefined,
): readonly string[] {
  return isInTunnel(network, dev, measured) ? [] : [`${host}: ${network} lies in no network of ${dev} there`];
}

/** Wholly inside the device's own network, or in one that the host's own configuration routes into it or gives to a peer. */
function isInTunnel(network: string, dev: string, measured: NodeEvidence | undefined): boolean {
  if (measured === undefined) return false;
  const connected = measured.addresses.flatMap(([device, text]) => (device === dev ? [text] : []));
  const routed = measured.routes.flatMap(([destination, , device]) => (device === dev ? [destination] : []));
  const allowed = peersOf(dev, measured).flatMap(({ allowedIps }) => allowedIps);
  return [...connected, ...routed, ...allowed].some(
    (text) => parseCidr(text)?.prefix !== 0 && holdsNetwork(text, network),
  );
}

function peersOf(dev: string, measured: NodeEvidence | undefined): readonly WireGuardPeer[] {
  const { wireguard = null, flannelWireGuard = null } = measured ?? {};
  return [wireguard, flannelWireGuard].find((device) => device?.interface === dev)?.peers ?? [];
}
