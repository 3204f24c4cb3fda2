import type { Found } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import { deviceWith } from '../evidence/device-with.ts';
import { measuredOn } from '../evidence/evidence.ts';
import type { PermanentChange } from './plan.ts';

/**
 * flanneld, when it starts, gives its own WireGuard device the MTU of its external interface less 80, or of `MTU` in its
 * configuration, which is one for all nodes (flannel pkg/backend/wireguard). Where the interface is the tunnel, that fits by
 * itself; on a hub, whose card is larger than its tunnel, it must be written down.
 */
export function keptFlannelMtu({ evidence, network }: Facts, { forRepair }: Found): readonly PermanentChange[] {
  const { oversized } = forRepair ?? {};
  if (oversized === undefined || network.traits === null) return [];
  const { host, fittingBytes } = oversized;
  const measured = measuredOn(evidence.readings, host);
  const publicIp = network.members.find(({ node }) => node === host)?.publicIp ?? '';
  const external = measured && deviceWith(measured, publicIp);
  const externalBytes = measured?.links.find(({ name }) => name === external)?.mtuBytes;
  const taken = network.traits.mtu.flannelSubtractsBytes;
  if (externalBytes !== undefined && externalBytes - taken <= fittingBytes) return [];
  const lines = [`"MTU": ${fittingBytes + taken}`];
  return [{ host, file: 'net-conf.json of flannel, for all nodes', section: '"Backend"', lines }];
}
