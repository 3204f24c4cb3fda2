import { brokenPaths, findPath } from '../evidence/paths.ts';
import { everyLayerAndWorkload } from '../evidence/probe-name.ts';
import { bareAddress } from '../network/address.ts';
import { parseCidr } from '../network/cidr.ts';
import { type Facts, others } from './facts.ts';
import { liesIn, type OwnPods, ownPods } from './own-pods.ts';

export interface OldBridgeAddress {
  readonly device: string;
  /** With its prefix, as the kernel prints it. */
  readonly address: string;
}

/**
 * A bridge holds the gateway's address of another pod network, as a node keeps it that was registered anew: no device holds that of its
 * own, so none of its pods is reached (containernetworking/cni#273). Empty: not so, or not known. Bridges of other
 * programs lie outside flannel's network, and a CNI without a gateway's address is healthy where its pods answer.
 */
export function oldBridgeAddresses(facts: Facts): readonly OldBridgeAddress[] {
  const own = ownPods(facts);
  if (own === undefined || own.bridge !== undefined || own.answering.length > 0) return [];
  if (!isOnlyPodsLost(facts) || !hasDeadPods(own)) return [];
  const network = parseCidr(own.node.subnetEnv?.network ?? '');
  if (network === undefined) return [];
  const bridges = own.node.links.flatMap(({ name, kind }) => (kind === 'bridge' ? [name] : []));
  const old = own.node.addresses.filter(
    ([device, text]) => bridges.includes(device) && liesIn(network, bareAddress(text)),
  );
  return old.map(([device, address]) => ({ device, address }));
}

export function describeOldBridgeAddress({ name, self }: Facts, { device, address }: OldBridgeAddress): string {
  return `${device} of ${name} has ${address}, and no device has the gateway of ${self?.podCidr}`;
}

/** host-local gave out addresses of the node's own pod network, and those that were asked are silent. */
function hasDeadPods({ node, cidr }: OwnPods): boolean {
  const { veths = 0, silent = [] } = node.pods;
  return veths > 0 && silent.some((address) => liesIn(cidr, address));
}

/** The overlay reaches the host from everywhere, and its pods from nowhere. */
function isOnlyPodsLost(facts: Facts): boolean {
  const { evidence, name } = facts;
  const broken = brokenPaths(evidence, everyLayerAndWorkload);
  const senders = others(facts).filter((host) => findPath(evidence, 'pod', host, name) !== undefined);
  const isLost = (host: string) => findPath(evidence, 'pod', host, name)?.passed === false;
  return (
    senders.length > 0 &&
    senders.every(isLost) &&
    broken.every(({ kind, to }) => to === name && (kind === 'pod' || kind === 'workload'))
  );
}
