import { assertNever } from '../assert-never.ts';
import { planCloudRoutes } from '../cloud/plan-cloud-routes.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { Drift } from '../evidence/drift.ts';
import { measuredOn } from '../evidence/evidence.ts';
import { handover } from './handover.ts';
import { keptFlannelMtu } from './native/kept-flannel-mtu.ts';
import { inOrder } from './operation.ts';
import type { HostPlan, Plan } from './plan.ts';
import { planReconcile } from './plan-entries.ts';
import { planMtu } from './plan-mtu.ts';
import { planHubEndpoint, planNat, planTunnelRoutes, planTunnelUp } from './plan-tunnel.ts';

/** The gentlest change that turns what was measured into what must be, for the class that was diagnosed and no other. */
export function planRepair(facts: Facts, diagnosis: Diagnosis): Plan {
  const { network, evidence } = facts;
  const drifts = driftsToMend(facts, diagnosis);
  const readings = (host: string) => measuredOn(evidence.readings, host);
  const entries = planReconcile(network, drifts, evidence.flannelDevice, readings);
  const only = (hosts: readonly HostPlan[]): Plan => ({
    device: evidence.flannelDevice,
    hosts: tidied(hosts),
    beyond: [],
  });
  const plan = planOf(facts, diagnosis, entries, only);
  return plan.hosts.length > 0 ? plan : { ...plan, beyond: [...plan.beyond, ...leftOver(facts, diagnosis)] };
}

/** Nobody is sent to do by hand what a later stage will ask for. */
function leftOver(facts: Facts, diagnosis: Diagnosis): readonly string[] {
  const isForLater = diagnosis.cause === 'cloud-route-missing' && planCloudRoutes(facts).type === 'planned';
  return isForLater ? ['no host is at fault, but a route table of the cloud'] : handover(facts, diagnosis);
}

/** A host that lost every entry at once gets all of them back, not only those about the node. */
function driftsToMend({ drifts, allDrifts }: Facts, { cause, hostAtFault }: Diagnosis): readonly Drift[] {
  if (cause !== 'recreated-empty' && cause !== 'link-bounced') return drifts;
  return [...new Set([...drifts, ...allDrifts.filter(({ host }) => host === hostAtFault)])];
}

function planOf(facts: Facts, diagnosis: Diagnosis, entries: Plan, only: (hosts: readonly HostPlan[]) => Plan): Plan {
  switch (diagnosis.class) {
    case 'vxlan-wedge':
      return entries;
    case 'missing-route':
      return { ...entries, hosts: tidied([...planTunnelRoutes(facts), ...entries.hosts]) };
    case 'one-way-nat':
      return only(diagnosis.hostAtFault === facts.name ? planNat(facts, diagnosis) : []);
    case 'mtu-black-hole':
      return { ...only(planMtu(facts)), alsoKeep: keptFlannelMtu(facts) };
    case 'tunnel-down':
      return {
        ...only([...tunnelParts(facts, diagnosis), ...nativeParts(facts, diagnosis, entries)]),
        beyond: facts.network.backend === 'vxlan' ? [] : entries.beyond,
      };
    case 'hub-outage':
      return only(tunnelParts(facts, diagnosis));
    case 'overlay-blocked':
    case 'node-offline':
    case 'node-agent':
    case 'healthy':
    case 'unknown':
      return only([]);
    default:
      return assertNever(diagnosis.class);
  }
}

function tunnelParts(facts: Facts, { cause }: Diagnosis): readonly HostPlan[] {
  return cause === 'hub-endpoint-stale' ? planHubEndpoint(facts) : planTunnelUp(facts);
}

/**
 * Of flannel's own WireGuard, unless what is wrong on the host at fault is beyond them: mending another host would not heal
 * that one, and would be taken back. The tables of VXLAN can wait until the tunnel below them works.
 */
function nativeParts({ network }: Facts, { hostAtFault }: Diagnosis, { hosts }: Plan): readonly HostPlan[] {
  if (network.backend === 'vxlan') return [];
  return hosts.some(({ host }) => host === hostAtFault) ? hosts : [];
}

/** One part per host, each in the order of application, none empty. */
function tidied(parts: readonly HostPlan[]): readonly HostPlan[] {
  return [...new Set(parts.map(({ host }) => host))]
    .map((host) => ({
      host,
      operations: inOrder(parts.filter((part) => part.host === host).flatMap(({ operations }) => operations)),
    }))
    .filter(({ operations }) => operations.length > 0);
}
