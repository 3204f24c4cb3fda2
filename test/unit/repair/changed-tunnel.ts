import type { Facts } from '../../../core/diagnosis/facts.ts';
import type { WireGuardPeer } from '../../../core/evidence/node-evidence.ts';

/** Every reading of the node's tunnel with another entry of its hub, or another port. */
export function withTunnel(facts: Facts, entry: Partial<WireGuardPeer>, listenPort?: number | null): Facts {
  const { tunnel } = facts;
  if (tunnel === undefined) throw new Error('the evidence has a tunnel');
  return {
    ...facts,
    tunnel: {
      ...tunnel,
      hubAtNode: tunnel.hubAtNode.map((each) => ({ ...each, ...entry })),
      atNode: tunnel.atNode.map((each) => ({
        ...each,
        wireguard: listenPort === undefined ? each.wireguard : { ...each.wireguard, listenPort },
      })),
    },
  };
}

export function withoutTunnel({ tunnel: _, ...facts }: Facts): Facts {
  return { ...facts, tunnel: undefined };
}

/** Only the first reading of the tunnel. */
export function readOnce(facts: Facts): Facts {
  const { tunnel } = facts;
  if (tunnel === undefined) throw new Error('the evidence has a tunnel');
  const [atNode, nodeAtHub, hubAtNode] = [
    tunnel.atNode.slice(0, 1),
    tunnel.nodeAtHub.slice(0, 1),
    tunnel.hubAtNode.slice(0, 1),
  ];
  return { ...facts, tunnel: { ...tunnel, atNode, nodeAtHub, hubAtNode } };
}
