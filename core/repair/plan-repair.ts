import { assertNever } from '../assert-never.ts';
import { causeOf } from '../diagnosis/causes.ts';
import type { Examination } from '../diagnosis/diagnose.ts';
import { measuredOn } from '../evidence/evidence.ts';
import { inOrder } from '../grammar/operation.ts';
import type { Drift } from '../overlay/drift.ts';
import { whyAsk } from './ask-first.ts';
import { handover } from './handover.ts';
import { keepNetworks } from './keep-networks.ts';
import { keptFlannelMtu } from './kept-flannel-mtu.ts';
import type { HostPlan, Plan } from './plan.ts';
import { planCloudRoutes } from './plan-cloud-routes.ts';
import { planReconcile } from './plan-entries.ts';
import { planMtu } from './plan-mtu.ts';
import { planFlows, planForeignAddresses } from './plan-node.ts';
import { planOffload } from './plan-offload.ts';
import { planHubEndpoint, planNat, planTunnelRoutes, planTunnelUp } from './plan-tunnel.ts';

/** The gentlest change that turns what was measured into what must be, for the class that was diagnosed and no other. */
export function planRepair(examination: Examination): Plan {
  const { facts } = examination;
  const { network, evidence } = facts;
  const readings = (host: string) => measuredOn(evidence.readings, host);
  const entries = planReconcile(network, driftsToMend(examination), evidence.flannelDevice, readings);
  const only = (hosts: readonly HostPlan[]): Plan => ({
    device: evidence.flannelDevice,
    hosts: tidied(hosts),
    beyond: [],
  });
  const planned = planOf(examination, entries, only);
  const plan = { ...planned, hosts: keepNetworks(facts, planned.hosts) };
  if (plan.hosts.length === 0) return { ...plan, beyond: [...plan.beyond, ...leftOver(examination)] };
  return { ...plan, asks: whyAsk(facts, plan.hosts) };
}

/** Leaves out what a later stage will ask approval for. */
function leftOver(examination: Examination): readonly string[] {
  const { facts, diagnosis } = examination;
  const isForLater = diagnosis.cause === 'cloud-route-missing' && planCloudRoutes(facts).type === 'planned';
  return isForLater ? ['no host is at fault, but a route table of the cloud'] : handover(examination);
}

/** A host that lost every entry at once gets all of them back, not only those about the node. */
function driftsToMend({ facts, diagnosis }: Examination): readonly Drift[] {
  const { harmful, allDrifts, precursors } = facts;
  const { cause, hostAtFault } = diagnosis;
  if (cause !== 'recreated-empty' && cause !== 'link-bounced') return harmful;
  const ofHost = allDrifts.filter((drift) => drift.host === hostAtFault && !precursors.includes(drift));
  return [...new Set([...harmful, ...ofHost])];
}

function planOf(examination: Examination, entries: Plan, only: (hosts: readonly HostPlan[]) => Plan): Plan {
  const { facts, found, diagnosis } = examination;
  if (causeOf(found.cause).mendedBy === 'person') return only([]);
  switch (diagnosis.class) {
    case 'vxlan-wedge':
      return entries;
    case 'missing-route':
      return { ...entries, hosts: tidied([...planTunnelRoutes(facts, found), ...entries.hosts]) };
    case 'one-way-nat':
      return only(diagnosis.hostAtFault === facts.name ? planNat(facts, diagnosis) : []);
    case 'mtu-black-hole':
      return { ...only(planMtu(facts, found)), alsoKeep: keptFlannelMtu(facts, found) };
    case 'tunnel-down':
      return tunnelPlan(examination, entries, only);
    case 'hub-outage':
      return only(tunnelParts(examination));
    case 'overlay-blocked':
      return only(found.cause === 'checksum-offload' ? planOffload(facts, found) : []);
    case 'node-agent':
      return only(nodeParts(examination));
    case 'node-offline':
    case 'unsupported-overlay':
    case 'node-objects-conflict':
    case 'healthy':
    case 'unknown':
      return only([]);
    default:
      return assertNever(diagnosis.class);
  }
}

/**
 * The tunnel's device, and flannel's own WireGuard where that is what is down, unless what is wrong on the host at fault is
 * beyond repair: mending another host would not heal that one, and would be taken back. The tables of VXLAN can wait until
 * the tunnel below them works.
 */
function tunnelPlan(examination: Examination, entries: Plan, only: (hosts: readonly HostPlan[]) => Plan): Plan {
  const { diagnosis } = examination;
  if (!isDeviceATunnel(examination)) return only(tunnelParts(examination));
  const mendsFault = entries.hosts.some(({ host }) => host === diagnosis.hostAtFault);
  return {
    ...only([...tunnelParts(examination), ...(mendsFault ? entries.hosts : [])]),
    beyond: entries.beyond,
  };
}

/** True where flannel's own device is a tunnel: one of its differences has a cause of class `tunnel-down`. */
function isDeviceATunnel({ facts }: Examination): boolean {
  return facts.network.traits?.causes.some(({ cause }) => causeOf(cause).class === 'tunnel-down') ?? false;
}

function tunnelParts({ facts, found }: Examination): readonly HostPlan[] {
  return found.cause === 'hub-endpoint-stale' ? planHubEndpoint(facts, found) : planTunnelUp(facts);
}

function nodeParts({ facts, found }: Examination): readonly HostPlan[] {
  switch (found.cause) {
    case 'address-foreign':
      return planForeignAddresses(facts);
    case 'stale-flow':
      return planFlows(facts);
    default:
      return [];
  }
}

/** One part per host, each in the order of application. */
function tidied(parts: readonly HostPlan[]): readonly HostPlan[] {
  return [...new Set(parts.map(({ host }) => host))].map((host) => ({
    host,
    operations: inOrder(parts.filter((part) => part.host === host).flatMap(({ operations }) => operations)),
  }));
}
