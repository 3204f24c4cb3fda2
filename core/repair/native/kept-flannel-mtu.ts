import type { Facts } from '../../diagnosis/facts.ts';
import { oversizedDevice } from '../../diagnosis/native/oversized-device.ts';
import { tunnelSize } from '../../diagnosis/tunnel-size.ts';
import { measuredOn } from '../../evidence/evidence.ts';
import { sameIp } from '../../network/address.ts';
import { FLANNEL_SUBTRACTS_BYTES } from '../../network/mtu-stack.ts';
import type { PermanentChange } from '../plan.ts';

/**
 * flanneld, when it starts, gives its own WireGuard device the MTU of its external interface less 80, or of `MTU` in its
 * configuration, which is one for all nodes (flannel pkg/backend/wireguard). Where the interface is the tunnel, that fits by
 * itself; on a hub, whose card is larger than its tunnel, it must be written down.
 */
export function keptFlannelMtu(facts: Facts): readonly PermanentChange[] {
  const { evidence, network } = facts;
  const found = tunnelSize(facts) === undefined ? oversizedDevice(facts) : undefined;
  if (found === undefined) return [];
  const { host, fittingBytes } = found;
  const measured = measuredOn(evidence.readings, host);
  const publicIp = network.vteps.find(({ node }) => node === host)?.publicIp ?? '';
  const external = measured?.addresses.find(([, address]) => sameIp(address.split('/')[0] ?? '', publicIp))?.[0];
  const externalBytes = measured?.links.find(({ name }) => name === external)?.mtuBytes;
  const taken = FLANNEL_SUBTRACTS_BYTES[network.backend];
  if (externalBytes !== undefined && externalBytes - taken <= fittingBytes) return [];
  const lines = [`"MTU": ${fittingBytes + taken}`];
  return [{ host, file: 'net-conf.json of flannel, for all nodes', section: '"Backend"', lines }];
}
