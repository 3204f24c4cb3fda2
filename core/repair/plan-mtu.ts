import type { Facts } from '../diagnosis/facts.ts';
import { oversizedDevice } from '../diagnosis/native/oversized-device.ts';
import { tunnelSize } from '../diagnosis/tunnel-size.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { paddedDown } from '../network/mtu.ts';
import { FLANNEL_SUBTRACTS_BYTES } from '../network/mtu-stack.ts';
import type { Operation } from './operation.ts';
import type { HostPlan } from './plan.ts';

/**
 * Heals a black hole from both ends without losing a packet (measured: 17 variants): the node's devices are lowered to what
 * the path carries, the hub's route to the node gets the same size, so that flows in both directions learn it.
 */
export function planMtu(facts: Facts): readonly HostPlan[] {
  const size = tunnelSize(facts);
  const { self, name, hub, node, evidence, network } = facts;
  if (size === undefined) return planOversized(facts);
  if (self === undefined) return [];
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
        ...lowered(node, flannelDevice, inner - FLANNEL_SUBTRACTS_BYTES[network.backend]),
      ],
    },
    ...(hub !== undefined && size.tooLarge.includes(hub.name) ? [{ host: hub.name, operations: [atHub] }] : []),
  ];
}

/** The path carries what it promises: flannel's own WireGuard device is lowered to what leaves its host in one piece. */
function planOversized(facts: Facts): readonly HostPlan[] {
  const found = oversizedDevice(facts);
  if (found === undefined) return [];
  const { host, fittingBytes: mtuBytes } = found;
  return [{ host, operations: [{ op: 'link mtu', dev: facts.evidence.flannelDevice, mtuBytes }] }];
}

function lowered(measured: NodeEvidence | undefined, dev: string, mtuBytes: number): readonly Operation[] {
  const link = measured?.links.find(({ name }) => name === dev);
  return link === undefined || link.mtuBytes <= mtuBytes ? [] : [{ op: 'link mtu', dev, mtuBytes }];
}
