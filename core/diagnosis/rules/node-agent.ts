import { readingOf, sees } from '../../evidence/evidence.ts';
import { brokenPaths } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-name.ts';
import { type Cidr, overlaps, parseCidr } from '../../network/cidr.ts';
import type { CauseName } from '../causes.ts';
import { type Finding, type Found, notA } from '../diagnosis.ts';
import { type Facts, passes } from '../facts.ts';
import { foreignAddresses } from '../foreign-addresses.ts';
import { leftoverCni } from '../leftover-cni.ts';
import { vxlanModuleMissing } from '../module-missing.ts';
import { describeOldBridgeAddress, oldBridgeAddresses } from '../old-bridge-address.ts';
import { ownRouteShadowed } from '../own-route-shadowed.ts';
import { podsCutOff } from '../pods-cut-off.ts';
import { missingServiceRules } from '../service-rules.ts';
import { describeStaleFlow, staleFlows } from '../stale-flows.ts';

const not = notA('node-agent');

/** host-local keeps the network's, the gateway's and the broadcast address for itself. */
const RESERVED_ADDRESSES = 3;

/** The network works; one of the programs that a node needs for its pods does not. */
export function nodeAgent(facts: Facts): Finding {
  const broken = brokenPaths(facts.evidence, everyLayerAndWorkload);
  if (vxlanModuleMissing(facts))
    return found(facts, 'module-missing', 0.97, [
      `${facts.evidence.flannelDevice} does not exist, and the kernel ${facts.node?.kernel?.release} has no module vxlan`,
    ]);
  const ofBridge = facts.drifts.length > 0 ? [] : oldBridgeAddresses(facts);
  if (ofBridge.length > 0) {
    const because = ofBridge.map((old) => describeOldBridgeAddress(facts, old));
    return found(facts, 'address-foreign', 0.9, because);
  }
  if (facts.drifts.length > 0 || broken.length > 0) return not('the network itself is broken');
  return (
    kubelet(facts) ??
    stated(facts, 'pods-cut-off', 0.95, podsCutOff(facts)) ??
    stated(facts, 'own-route-shadowed', 0.95, ownRouteShadowed(facts).lossy) ??
    stated(facts, 'leftover-cni', 0.85, leftoverCni(facts)) ??
    foreignAddress(facts) ??
    subnetFile(facts) ??
    staleSubnetFile(facts) ??
    podAddresses(facts) ??
    flanneld(facts) ??
    stated(facts, 'service-rules-missing', 0.9, missingServiceRules(facts).harmful) ??
    stated(facts, 'stale-flow', 0.85, staleFlows(facts).map(describeStaleFlow)) ??
    not('kubelet, flanneld, their rules and the node’s pod addresses are as they must be')
  );
}

function stated(facts: Facts, cause: CauseName, confidence: number, because: readonly string[]): Found | undefined {
  return because.length === 0 ? undefined : found(facts, cause, confidence, because);
}

/** A foreign address alone harms nobody; but where flanneld has to start again, a restart will not help. */
function foreignAddress(facts: Facts): Found | undefined {
  const foreign = foreignAddresses(facts, facts.name);
  const stopped = flanneld(facts) ?? subnetFile(facts) ?? staleSubnetFile(facts);
  if (foreign.length === 0 || stopped === undefined) return undefined;
  const device = facts.evidence.flannelDevice;
  return found(facts, 'address-foreign', 0.9, [
    `${device} has ${foreign.join(', ')}, which flannel did not give it: flanneld does not start with it`,
    ...stopped.because,
  ]);
}

/** Looks like one-way NAT: the control plane does not reach the kubelet, although packets reach the node. */
function kubelet(facts: Facts): Found | undefined {
  const { kubelet: answer } = facts.evidence.kubernetes;
  if (answer.type === 'reachable') return undefined;
  const port = readingOf(facts.evidence, 'node')?.runs.at(-1)?.kubelet;
  if (answer.reason === 'refused' || port?.listening === false)
    return found(facts, 'kubelet-down', 0.95, ['nothing listens on the kubelet’s port']);
  if (port?.unheard === true)
    return found(facts, 'kubelet-down', 0.9, ['callers wait on the kubelet’s port and nobody answers: it hangs']);
  const hub = facts.hub?.name;
  if (answer.reason !== 'timeout' || hub === undefined || passes(facts, 'underlay', hub, facts.name) !== true)
    return undefined;
  return found(facts, 'kubelet-firewalled', 0.9, [
    `the hub reaches ${facts.name}, where the kubelet listens, but does not reach its port`,
  ]);
}

function subnetFile(facts: Facts): Found | undefined {
  const elsewhere = [facts.hub, facts.peer].flatMap((other) => other?.measured ?? []);
  if (facts.node === undefined || facts.node.subnetEnv !== null) return undefined;
  // A fleet whose flannel keeps the file somewhere else has it on no host.
  if (!elsewhere.some(({ subnetEnv }) => subnetEnv !== null)) return undefined;
  return found(facts, 'subnet-env-missing', 0.95, ['/run/flannel/subnet.env is not there: no pod can be started']);
}

/** Flannel's lease is the node's pod CIDR: a file with another network is left from an earlier lease. */
function staleSubnetFile(facts: Facts): Found | undefined {
  const subnet = facts.node?.subnetEnv?.subnet;
  const podCidr = facts.self?.podCidr;
  if (subnet === undefined || podCidr === undefined || !areApart(parseCidr(subnet), parseCidr(podCidr)))
    return undefined;
  return found(facts, 'subnet-env-stale', 0.9, [
    `/run/flannel/subnet.env says ${subnet}, the Node object says ${podCidr}: new pods get addresses that no other node sends here`,
  ]);
}

/** True when two networks of one address family have no address in common. False when one of them is not known. */
function areApart(a: Cidr | undefined, b: Cidr | undefined): boolean {
  return a !== undefined && b !== undefined && overlaps(a, b) === false;
}

function podAddresses(facts: Facts): Found | undefined {
  const allocated = facts.node?.pods.allocated ?? null;
  const cidr = facts.self === undefined ? undefined : parseCidr(facts.self.podCidr);
  if (allocated === null || cidr === undefined) return undefined;
  const usable = 2 ** (32 - cidr.prefix) - RESERVED_ADDRESSES;
  if (allocated < usable) return undefined;
  return found(facts, 'pod-subnet-exhausted', 0.95, [`${allocated} of ${usable} pod addresses are given out`]);
}

/** The program depends on the distribution (flanneld, k3s, RKE2), so it counts as missing only if other hosts run one. */
function flanneld(facts: Facts): Found | undefined {
  const { node, hub, peer } = facts;
  if (node === undefined || !sees(node, 'agents')) return undefined;
  const runsOverlay = (agents: readonly string[]) => agents.some((agent) => /^(flanneld|k3s|rke2)/.test(agent));
  const elsewhere = [hub?.measured, peer?.measured].filter((measured) => measured !== undefined);
  if (runsOverlay(node.agents) || !elsewhere.some(({ agents }) => runsOverlay(agents))) return undefined;
  return found(facts, 'flanneld-stopped', 0.9, ['flanneld runs on the other hosts and not here']);
}

function found(facts: Facts, cause: CauseName, confidence: number, because: readonly string[]): Found {
  return {
    type: 'found',
    basis: 'state',
    cause,
    hostAtFault: facts.name,
    direction: null,
    confidence,
    because,
    despite: [],
  };
}
