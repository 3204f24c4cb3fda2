import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const guestsAtHub: LabVariant = {
  name: 'guests-at-hub',
  story: 'The hub serves people too: peers in its tunnel that are no nodes, one of them never seen.',
  fleet: {
    ...plainFleet,
    afterwards: [
      shell(
        'hub-1',
        'wg set wg0 peer "$(wg genkey | wg pubkey)" allowed-ips 10.200.0.101/32 endpoint 203.0.113.77:51820',
      ),
      shell('hub-1', 'wg set wg0 peer "$(wg genkey | wg pubkey)" allowed-ips 10.200.0.102/32,192.168.50.0/24'),
    ],
  },
};
