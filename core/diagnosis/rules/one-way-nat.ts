import { seesAll } from '../../evidence/evidence.ts';
import { sameIp } from '../../network/address.ts';
import type { CauseName } from '../causes.ts';
import { type Finding, type Found, notA } from '../diagnosis.ts';
import { endpointReset } from '../endpoint-reset.ts';
import { type Facts, passes, passesAgain } from '../facts.ts';
import { reversePathFilter } from '../reverse-path.ts';
import type { Tunnel } from '../tunnel.ts';

const not = notA('one-way-nat');

/** Packets arrive and are dropped, or the tunnel carries them in one direction only, or carried the hub's only after the node had sent. */
export function oneWayNat(facts: Facts): Finding {
  const { tunnel, name } = facts;
  const dropped = reversePathFilter(facts);
  if (dropped !== undefined)
    return {
      type: 'found',
      basis: 'state',
      cause: 'reverse-path-filtered',
      hostAtFault: dropped.host,
      direction: dropped.host === name ? 'to-node' : 'from-node',
      confidence: 0.9,
      because: dropped.because,
      despite: [],
    };
  const reset = endpointReset(facts);
  if (reset !== undefined)
    return { ...found(facts, 'endpoint-reset-by-somebody', reset.hub, 0.85, reset.because), despite: [] };
  if (tunnel === undefined) return not('the node does not use a tunnel to a hub');
  const inward = passes(facts, 'underlay', tunnel.hub, name);
  const outward = passes(facts, 'underlay', name, tunnel.hub);
  if (inward === undefined || outward === undefined) return not('the tunnel was not measured in both directions');
  if (inward) return not('the hub reaches the node through the tunnel');
  return outward ? staleEndpoint(facts, tunnel) : filtered(facts, tunnel);
}

/** The hub sends to an old endpoint of the node. One packet from the node corrects it, unless something sets it back. */
function staleEndpoint(facts: Facts, tunnel: Tunnel): Finding {
  const { name } = facts;
  const endpoints = tunnel.nodeAtHub.map(({ endpoint }) => endpoint);
  const moved = endpoints.length > 1 && endpoints[0] !== endpoints.at(-1);
  const again = passesAgain(facts, 'underlay', tunnel.hub, name);
  const because = [
    `${tunnel.hub} → ${name} was lost in the tunnel`,
    `${name} → ${tunnel.hub}, probed afterwards, passes`,
    `the hub’s endpoint of the node: ${[...new Set(endpoints)].join(', then ')}`,
  ];
  if (again === false)
    return found(facts, 'endpoint-pinned', tunnel.hub, 0.85, [...because, 'the hub still does not reach it']);
  if (again === undefined) return found(facts, 'nat-mapping-expired', name, 0.7, because);
  const healed = [...because, 'then the hub reached it too'];
  return found(facts, moved ? 'nat-rebound' : 'nat-mapping-expired', name, 0.95, healed);
}

/** Both pings fail, but the counters show which packets arrive. */
function filtered(facts: Facts, tunnel: Tunnel): Finding {
  const { name } = facts;
  const { arrivesAtHub, arrivesAtNode, hub } = tunnel;
  if (!seesWhatDrops(facts)) return not('what drops packets on the hosts themselves was not seen');
  if (arrivesAtHub === true && arrivesAtNode === false) {
    const why = [`the packets of ${name} arrive at the hub`, `nothing of the hub arrives at ${name}`];
    return isSetBack(tunnel)
      ? found(facts, 'endpoint-pinned', hub, 0.85, [...why, 'the hub’s endpoint of the node does not follow it'])
      : found(facts, 'inbound-filtered', name, 0.85, why);
  }
  if (arrivesAtHub === false && arrivesAtNode === true) {
    const why = [`the packets of the hub arrive at ${name}`, `nothing of ${name} arrives at the hub`];
    return found(facts, 'outbound-filtered', name, 0.85, why);
  }
  return not('the tunnel is dead, or undecided, in both directions');
}

/** A device that is down, or the reverse path filter, drops what arrives as a filter before the host would. */
function seesWhatDrops({ node, hub }: Facts): boolean {
  return [node, hub?.measured].every((measured) => measured === undefined || seesAll(measured, ['links', 'sysctls']));
}

/** WireGuard updates an endpoint with every accepted packet. One that changed and then changed back is set by another program. */
function isSetBack({ nodeAtHub }: Tunnel): boolean {
  const [first, ...rest] = nodeAtHub.map(({ endpoint }) => endpoint);
  return rest.some((endpoint) => endpoint !== first) && rest.at(-1) === first;
}

function found(
  facts: Facts,
  cause: CauseName,
  hostAtFault: string,
  confidence: number,
  because: readonly string[],
): Found {
  return {
    type: 'found',
    basis: 'symptom',
    cause,
    hostAtFault,
    direction: cause === 'outbound-filtered' ? 'from-node' : 'to-node',
    confidence,
    because,
    despite: reachedKubelet(facts) ? ['the control plane reached the kubelet through the same tunnel'] : [],
  };
}

function reachedKubelet({ evidence, self, name }: Facts): boolean {
  if (evidence.kubernetes.kubelet.type === 'unreachable' || self === undefined) return false;
  const addresses = evidence.nodes.find(({ metadata }) => metadata.name === name)?.status.addresses ?? [];
  return addresses.some(({ type, address }) => type === 'InternalIP' && sameIp(address, self.publicIp));
}
