import { expect, it } from 'vitest';
import { type Drift, describeDrift, peerOf } from '../../../core/overlay/drift.ts';

const onDevice = { host: 'gpu-1', device: 'flannel.1' };
const ofPeer = { host: 'gpu-1', peer: 'gpu-2' };
const route = { ...ofPeer, destination: '10.42.12.0/25', device: 'eth0' };

it.each<[Drift, string]>([
  [{ type: 'device-missing', ...onDevice }, 'flannel.1 does not exist'],
  [{ type: 'device-down', ...onDevice }, 'flannel.1 is down'],
  [{ type: 'address-missing', ...onDevice, expected: '10.42.11.0' }, 'flannel.1 has no address 10.42.11.0'],
  [{ type: 'device-hung', ...onDevice }, 'the daemon of flannel.1 does not answer'],
  [
    { type: 'device-wrong', ...onDevice, attribute: 'vni', expected: '1', actual: '2' },
    'flannel.1 has vni 2, expected 1',
  ],
  [{ type: 'neighbour-missing', ...ofPeer }, 'no neighbour entry for gpu-2'],
  [{ type: 'neighbour-wrong', ...ofPeer, actual: '0a:58' }, 'neighbour entry for gpu-2 is 0a:58'],
  [{ type: 'fdb-missing', ...ofPeer }, 'no forwarding entry for gpu-2'],
  [
    { type: 'fdb-wrong', ...ofPeer, actual: ['10.0.0.1', '10.0.0.2'] },
    'forwarding entry for gpu-2 points to 10.0.0.1 and 10.0.0.2',
  ],
  [{ type: 'route-missing', ...ofPeer }, 'no route to the pods of gpu-2'],
  [{ type: 'route-wrong', ...ofPeer, actual: 'dev wg0' }, 'route to the pods of gpu-2 is dev wg0'],
  [{ type: 'network-overlap', ...route }, '10.42.12.0/25 dev eth0 is a network inside the pod CIDR of gpu-2'],
  [{ type: 'route-shadowed', ...route }, '10.42.12.0/25 dev eth0 takes pods of gpu-2 elsewhere'],
  [{ type: 'peer-missing', ...ofPeer }, "flannel's WireGuard has no peer with the key of gpu-2"],
  [{ type: 'peer-key-wrong', ...ofPeer, actual: 'k' }, "flannel's WireGuard knows gpu-2 by another key, k"],
  [{ type: 'allowed-ips-missing', ...ofPeer, actual: [] }, 'AllowedIPs of gpu-2 lack its pods: none'],
  [
    { type: 'allowed-ips-missing', ...ofPeer, actual: ['10.1.0.0/16', '10.2.0.0/16'] },
    'AllowedIPs of gpu-2 lack its pods: 10.1.0.0/16 and 10.2.0.0/16',
  ],
])('a difference is told with its host, and is about its peer or about every one: %j', (drift, told) => {
  expect(describeDrift(drift)).toBe(`gpu-1: ${told}`);
  expect(peerOf(drift)).toBe('peer' in drift ? 'gpu-2' : undefined);
});
