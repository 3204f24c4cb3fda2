import { type Facts, type MeasuredHost, measuredHosts } from '../diagnosis/facts.ts';
import { foreignAddresses } from '../diagnosis/foreign-addresses.ts';
import { oldBridgeAddresses } from '../diagnosis/old-bridge-address.ts';
import { liesIn, ownPods } from '../diagnosis/own-pods.ts';
import { staleFlows } from '../diagnosis/stale-flows.ts';
import type { Operation } from '../grammar/operation.ts';
import { bareAddress, sameIp } from '../network/address.ts';
import { addressAt, type Cidr, parseCidr, sameCidr } from '../network/cidr.ts';
import type { HostPlan } from './plan.ts';

/** The bridge of flannel's CNI configuration. Another may belong to another program. */
const POD_BRIDGE = 'cni0';

/** The kernel forgets flows to pods that are gone, so that their senders' next packets go by the rules of now. */
export function planFlows(facts: Facts): readonly HostPlan[] {
  const operations = staleFlows(facts).map((flow): Operation => ({ op: 'conntrack del', ...flow }));
  return [{ host: facts.name, operations }];
}

/**
 * Takes away what flannel or its CNI left of an earlier lease: an address inside the pod network, on flannel's device or the pods'
 * bridge. Everything else is somebody's: one of another network, the host's own, one beside pods that still answer, one
 * of a device through which the host reaches the rest of the world.
 */
export function planForeignAddresses(facts: Facts): readonly HostPlan[] {
  const network = podNetwork(facts);
  if (network === undefined) return [];
  return [{ host: facts.name, operations: [...onOverlay(facts, network), ...onBridge(facts, network)] }];
}

function onOverlay(facts: Facts, network: Cidr): readonly Operation[] {
  const dev = facts.evidence.flannelDevice;
  if (dev === null) return [];
  return foreignAddresses(facts, facts.name)
    .filter((address) => isLeftBehind(facts, network, dev, address))
    .map((address): Operation => ({ op: 'addr del', address, dev }));
}

/** With the gateway that flannel gave the CNI in the place of the old one: running pods need it at once. */
function onBridge(facts: Facts, network: Cidr): readonly Operation[] {
  const { node, self } = facts;
  const cidr = self === undefined ? undefined : parseCidr(self.podCidr);
  const gateway = node?.subnetEnv?.subnet;
  if (cidr === undefined || gateway === undefined || self === undefined) return [];
  const isOwn = sameCidr(gateway, self.podCidr) && bareAddress(gateway) === addressAt(cidr, 1n);
  const old = oldBridgeAddresses(facts);
  const isSafe = old.every(
    ({ device, address }) => device === POD_BRIDGE && isLeftBehind(facts, network, device, address),
  );
  if (!isOwn || old.length === 0 || !isSafe) return [];
  return [
    { op: 'addr replace', address: gateway, dev: POD_BRIDGE },
    ...old.map(({ address }): Operation => ({ op: 'addr del', address, dev: POD_BRIDGE })),
  ];
}

function isLeftBehind(facts: Facts, network: Cidr, device: string, address: string): boolean {
  const own = ownPods(facts);
  const around = parseCidr(address);
  if (own === undefined || around === undefined || !liesIn(network, bareAddress(address))) return false;
  const { addresses = [] } = own.node.pods;
  const livesThere = addresses.some((pod) => liesIn(around, pod) && !sameIp(pod, bareAddress(address)));
  const isWayOut = own.node.routes.some(([destination, , dev]) => destination === 'default' && dev === device);
  return !livesThere && !isWayOut && !isAnnounced(facts, bareAddress(address));
}

/** The host answers to it under its own name. */
function isAnnounced({ evidence, name, network }: Facts, address: string): boolean {
  const own = evidence.nodes.find(({ metadata }) => metadata.name === name)?.status.addresses ?? [];
  return (
    own.some((each) => sameIp(each.address, address)) ||
    network.members.some(({ publicIp, overlayIp }) => sameIp(publicIp, address) || sameIp(overlayIp, address))
  );
}

/** The network that flannel divides between the nodes: the hosts that say so agree. */
function podNetwork(facts: Facts): Cidr | undefined {
  const networkOf = ({ measured }: MeasuredHost) => measured.subnetEnv?.network ?? [];
  const [first, ...more] = new Set(measuredHosts(facts).flatMap(networkOf));
  return first === undefined || more.length > 0 ? undefined : parseCidr(first);
}
