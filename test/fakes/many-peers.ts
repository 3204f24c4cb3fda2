import { NodeObject } from '../../core/evidence/node-object.ts';
import { randomNumbers } from './random-numbers.ts';

/** A peer's place in a VXLAN overlay. */
export interface Peer {
  readonly name: string;
  readonly overlayIp: string;
  readonly mac: string;
  readonly publicIp: string;
}

/** Peers whose MACs and addresses look like those of a fleet that grew over years: nothing of them compresses well. */
export function manyPeers(count: number): readonly Peer[] {
  const random = randomNumbers(7);
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return Array.from({ length: count }, (_, n) => ({
    name: `far-${n}`,
    overlayIp: `10.${43 + (n >> 8)}.${n & 255}.0`,
    mac: ['02', ...Array.from({ length: 5 }, () => hex(random() % 256))].join(':'),
    publicIp: `100.${64 + (n >> 8)}.${n & 255}.${1 + (random() % 250)}`,
  }));
}

export function vxlanNode({ name, overlayIp, mac, publicIp }: Peer): NodeObject {
  return NodeObject.parse({
    metadata: {
      name,
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: mac }),
        'flannel.alpha.coreos.com/public-ip': publicIp,
      },
    },
    spec: { podCIDR: `${overlayIp}/24` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

/** Lines for `ip -batch`. */
export function neighbourLine({ overlayIp, mac }: Peer): string {
  return `neigh replace ${overlayIp} lladdr ${mac} dev flannel.1 nud permanent`;
}

export function routeLine({ overlayIp }: Peer, through = overlayIp): string {
  return `route replace ${overlayIp}/24 via ${through} dev flannel.1 onlink`;
}

/** A line for `bridge -batch`. */
export function forwardingLine({ mac, publicIp }: Peer): string {
  return `fdb replace ${mac} dev flannel.1 dst ${publicIp} self permanent`;
}
