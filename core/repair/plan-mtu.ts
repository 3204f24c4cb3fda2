import type { Facts } from '../diagnosis/facts.ts';
import { tunnelSize } from '../diagnosis/tunnel-size.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { bytesOf, paddedDown } from '../network/mtu.ts';
import { vxlanHeaders } from '../network/mtu-stack.ts';
import type { Operation } from './operation.ts';
import type { HostPlan } from './plan.ts';

/**
 * Heals a black hole from both ends without losing a packet (measured: 17 variants): the node's devices are lowered to what
 * the path carries, the hub's route to the node gets the same size, so that flows in both directions learn it.
 */
export function planMtu(facts: Facts): readonly HostPlan[] {
  const size = tunnelSize(facts);
  const { self, name, hub, node, evidence } = facts;
  if (size === undefined || self === undefined) return [];
  const { wireguardDevice, flannelDevice } = evidence;
  const inner = size.carriedBytes;
  const atHub: Operation = {
    op: 'route set',
    cidr: `${self.publicIp}/32`,
    dev: wireguardDevice,
    // Its device stays larger, and pads.
    mtuBytes: paddedDown(inner),
  };
  return [
    {
      host: name,
      operations: [
        ...lowered(node, wireguardDevice, inner),
        ...lowered(node, flannelDevice, inner - bytesOf(vxlanHeaders('ipv4'))),
      ],
    },
    ...(hub !== undefined && size.tooLarge.includes(hub.name) ? [{ host: hub.name, operations: [atHub] }] : []),
  ];
}

function lowered(measured: NodeEvidence | undefined, dev: string, mtuBytes: number): readonly Operation[] {
  const link = measured?.links.find(({ name }) => name === dev);
  return link === undefined || link.mtuBytes <= mtuBytes ? [] : [{ op: 'link mtu', dev, mtuBytes }];
}
