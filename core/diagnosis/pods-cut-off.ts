import type { Facts } from './facts.ts';
import { ownPods } from './own-pods.ts';

/** The bridge of the pods, or every pod's end on the host, is down, and no pod answers the node. Empty: not so, or not known. */
export function podsCutOff(facts: Facts): readonly string[] {
  const own = ownPods(facts);
  if (own === undefined || own.bridge === undefined || own.answering.length > 0) return [];
  const { allocated, veths = 0, vethsDown = 0 } = own.node.pods;
  // Veth pairs without an address of host-local are containers of another network.
  if (veths === 0 || allocated === 0) return [];
  const link = own.node.links.find(({ name, kind }) => name === own.bridge && kind === 'bridge');
  if (link === undefined) return [];
  if (!link.up) return [`${link.name}, which holds the gateway of ${facts.name}’s pods, is down`];
  return vethsDown === veths ? [`the host’s ends of all ${veths} pods of ${facts.name} are down`] : [];
}
