import { createHash } from 'node:crypto';
import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { findLabHost } from '../namespaces/topology.ts';
import type { LabVariant } from './lab-variant.ts';

const PEERS = 200;
const FIRST_NUMBER = 20;

/** A GPU node of another site that this machine has no host for. */
function farNode(number: number): LabHost {
  const { wireguard, ...like } = findLabHost('gpu-2');
  const address = `10.200.0.${number}`;
  const mac = `0a:58:0a:2a:${number.toString(16).padStart(2, '0')}:00`;
  return {
    ...like,
    name: `gpu-far-${number}`,
    site: 'dc-far',
    instanceId: `mi-0a000000000000${number.toString(16).padStart(3, '0')}`,
    ...(wireguard === undefined ? {} : { wireguard: { ...wireguard, address: `${address}/24` } }),
    flannel: { ...like.flannel, publicIp: address, mac },
    podNumber: number,
  };
}

const farNodes = Array.from({ length: PEERS - plainFleet.hosts.length + 1 }, (_, index) =>
  farNode(FIRST_NUMBER + index),
);

/** Any 32 bytes are a public key. */
const keyOf = (name: string) => createHash('sha256').update(name).digest('base64');

export const peers200: LabVariant = {
  name: 'peers-200',
  story: 'Every node has 200 peers, most of them on other continents, and the hub as many in its tunnel.',
  fleet: {
    ...plainFleet,
    objectsOnly: farNodes,
    afterwards: [
      shell(
        'hub-1',
        `wg set wg0 ${farNodes
          .map(({ name, flannel }) => `peer ${keyOf(name)} allowed-ips ${flannel.publicIp}/32`)
          .join(' ')}`,
      ),
    ],
  },
};
