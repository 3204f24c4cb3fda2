import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { flannelKeys, keyPairOf } from './host-keys.ts';
import { type FlannelLease, type LabHost, vxlanLease } from './topology.ts';

/** What the hosts' flannelds write into their Node objects: backend type and data. */
export async function flannelLeases(stateDir: string, backend: OverlayName): Promise<(host: LabHost) => FlannelLease> {
  if (backend === 'vxlan') return vxlanLease;
  const keys = await flannelKeys(stateDir);
  return ({ name }) => ({ type: 'wireguard', data: { PublicKey: keyPairOf(keys, name).publicKey } });
}
