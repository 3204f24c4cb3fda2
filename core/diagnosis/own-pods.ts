import { deviceWith } from '../evidence/device-with.ts';
import { seesAll } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { parseIp } from '../network/address.ts';
import { addressAt, type Cidr, contains, parseCidr } from '../network/cidr.ts';
import type { Facts } from './facts.ts';

const needed = ['links', 'addresses', 'routes', 'pods'] as const;

/** The node's pods as the node itself sees them. */
export interface OwnPods {
  readonly node: NodeEvidence;
  readonly cidr: Cidr;
  /** Device that holds the gateway's address of the pod network; undefined: none does. */
  readonly bridge: string | undefined;
  /** Addresses of the pod network, the gateway's left out, that answer the node. */
  readonly answering: readonly string[];
}

/** Undefined where the node was not read or could not see what this needs, or its Node object does not say which pods are its own. */
export function ownPods({ node, self }: Facts): OwnPods | undefined {
  const cidr = self === undefined ? undefined : parseCidr(self.podCidr);
  if (node === undefined || cidr === undefined || !seesAll(node, needed)) return undefined;
  const gateway = addressAt(cidr, 1n);
  const bridge = gateway === undefined ? undefined : deviceWith(node, gateway);
  const answering = node.pods.addresses.filter((address) => address !== gateway && liesIn(cidr, address));
  return { node, cidr, bridge, answering };
}

/** False also for a text that is no address. */
export function liesIn(cidr: Cidr, text: string): boolean {
  const address = parseIp(text);
  return address !== undefined && contains(cidr, address);
}
