import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost, LabMeshPeer } from '../namespaces/lab-host.ts';
import { HUB_PUBLIC, TUNNEL_CIDR, VPC_CIDR, WIREGUARD_PORT } from '../namespaces/topology.ts';
import type { LabVariant } from './lab-variant.ts';

const members: readonly LabMeshPeer[] = [
  { host: 'hub-1', endpoint: `${HUB_PUBLIC}:${WIREGUARD_PORT}`, allowedIps: ['10.200.0.1/32', VPC_CIDR] },
  { host: 'gpu-1', endpoint: `203.0.113.2:${WIREGUARD_PORT}`, allowedIps: ['10.200.0.11/32'] },
  { host: 'gpu-2', endpoint: `192.0.2.2:${WIREGUARD_PORT}`, allowedIps: ['10.200.0.12/32'] },
];

/** The first host is the control plane's still, and the VPC's way into the mesh. */
const inMesh = (host: LabHost): LabHost => {
  const role = host.role === 'hub' ? 'cloud' : host.role;
  if (host.wireguard === undefined) return { ...host, role };
  const { address, mtuBytes } = host.wireguard;
  const routes = role === 'gpu' ? [VPC_CIDR] : [];
  const mesh = { peers: members.filter((member) => member.host !== host.name), routes };
  return { ...host, role, wireguard: { address, mtuBytes, mesh } };
};

/** The site's router passes the port on to its node, also for those who called before. */
const passOn = (router: string, node: string) =>
  shell(
    router,
    `nft add chain ip nat prerouting '{ type nat hook prerouting priority -100; }' &&
     nft add rule ip nat prerouting iifname wan udp dport ${WIREGUARD_PORT} dnat to ${node} &&
     nft insert rule ip filter forward ct status dnat accept
     conntrack -D -p udp --dport ${WIREGUARD_PORT} >/dev/null 2>&1 || true`,
  );

export const fullMesh: LabVariant = {
  name: 'full-mesh',
  story: 'Nobody is the hub: every site’s router passes the port on, and every node has every other as a peer.',
  fleet: {
    ...plainFleet,
    hosts: plainFleet.hosts.map(inMesh),
    afterwards: [
      shell('vpc', `ip route add ${TUNNEL_CIDR} via 10.0.1.10`),
      passOn('nat1', '192.168.1.10'),
      passOn('nat2', '192.168.2.10'),
    ],
  },
};
