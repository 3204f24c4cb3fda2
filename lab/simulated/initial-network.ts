import { type HostKeys, keyPairOf } from '../namespaces/host-keys.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { vxlanMtuBytes } from '../namespaces/overlays/vxlan.ts';
import { addressOf, labHosts, podCidr, podIp, vtepIp, WIREGUARD_PORT } from '../namespaces/topology.ts';
import { connectedRoute } from './connected-routes.ts';
import type { SimulatedHost, SimulatedLink, SimulatedNetwork, SimulatedPeer } from './simulated-network.ts';

const KEEPALIVE_SECONDS = 25;
const SPOKE_PORT = 41_820;
const VXLAN_PORT = 8472;

/** The fleet as the namespace lab would have built it: same hosts, same tables. `now` is in epoch seconds. */
export function initialNetwork(keys: HostKeys, now: number): SimulatedNetwork {
  return labHosts.map((host) => initialHost(host, keys, now));
}

function initialHost(host: LabHost, keys: HostKeys, now: number): SimulatedHost {
  const peers = labHosts.filter((peer) => peer.name !== host.name);
  const addresses = [
    { dev: 'eth0', cidr: host.eth0.address },
    { dev: 'eth0', cidr: host.eth0.address6 },
    ...(host.wireguard === undefined ? [] : [{ dev: 'wg0', cidr: host.wireguard.address }]),
    { dev: 'flannel.1', cidr: `${vtepIp(host)}/32` },
    { dev: 'cni0', cidr: `10.42.${host.podNumber}.1/24` },
  ];
  const plain = { onlink: false, kernel: false, source: null, mtuBytes: null, metric: null };
  return {
    name: host.name,
    links: links(host),
    addresses,
    neighbours: [
      ...peers.map((peer) => ({ ip: vtepIp(peer), dev: 'flannel.1', mac: peer.flannel.mac, state: 'PERMANENT' })),
      { ip: podIp(host), dev: 'cni0', mac: podMac(host, 2), state: 'REACHABLE' },
    ],
    fdb: peers.map((peer) => ({ mac: peer.flannel.mac, dev: 'flannel.1', dst: peer.flannel.publicIp })),
    routes: [
      { ...plain, destination: 'default', via: host.eth0.gateway, dev: 'eth0' },
      ...addresses.flatMap(({ dev, cidr }) => connectedRoute(dev, cidr)),
      ...(host.wireguard?.spoke?.routes ?? []).map((destination) => ({ ...plain, destination, via: null, dev: 'wg0' })),
      ...peers.map((peer) => ({
        ...plain,
        destination: podCidr(peer),
        via: vtepIp(peer),
        dev: 'flannel.1',
        onlink: true,
      })),
    ],
    wireguard: wireguard(host, keys, now),
    sysctls: {
      'net.ipv4.ip_forward': 1,
      'net.ipv4.route.mtu_expires': 600,
      'net.ipv4.conf.all.rp_filter': 0,
      'net.ipv4.conf.flannel.1.rp_filter': 0,
    },
  };
}

/** The bridge plug-in makes a MAC of its address. */
function podMac(host: LabHost, last: number): string {
  return ['0a:58:0a:2a', ...[host.podNumber, last].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

function links(host: LabHost): readonly SimulatedLink[] {
  const { dev, mac, publicIp } = host.flannel;
  const mtuBytes = vxlanMtuBytes(host);
  const link = (
    name: string,
    kind: SimulatedLink['kind'],
    mtu: number,
    address: string | null,
    vxlan: SimulatedLink['vxlan'] = null,
  ) => ({ name, kind, up: true, mtuBytes: mtu, mac: address, vxlan });
  return [
    link('eth0', 'device', host.eth0.mtuBytes, `02:00:00:00:00:${host.podNumber.toString(16).padStart(2, '0')}`),
    ...(host.wireguard === undefined ? [] : [link('wg0', 'wireguard', host.wireguard.mtuBytes, null)]),
    link('flannel.1', 'vxlan', mtuBytes, mac, { vni: 1, port: VXLAN_PORT, local: addressOf(publicIp), dev }),
    link('cni0', 'bridge', mtuBytes, podMac(host, 1)),
  ];
}

function wireguard({ name, wireguard: tunnel }: LabHost, keys: HostKeys, now: number): SimulatedHost['wireguard'] {
  if (tunnel === undefined) return null;
  const { spoke } = tunnel;
  return {
    interface: 'wg0',
    ...keyPairOf(keys, name),
    listenPort: spoke === undefined ? WIREGUARD_PORT : SPOKE_PORT,
    peers:
      spoke === undefined
        ? labHosts.flatMap((peer) => hubPeerOf(peer, keys, now))
        : [
            {
              publicKey: keyPairOf(keys, 'hub-1').publicKey,
              endpoint: spoke.hubEndpoint,
              allowedIps: spoke.allowedIps,
              latestHandshakeAt: now,
              keepaliveSeconds: KEEPALIVE_SECONDS,
            },
          ],
  };
}

/** A spoke as the hub knows it; none of a host that is not one. */
function hubPeerOf(
  { name, podNumber, wireguard: tunnel }: LabHost,
  keys: HostKeys,
  now: number,
): readonly SimulatedPeer[] {
  if (tunnel?.spoke === undefined) return [];
  return [
    {
      publicKey: keyPairOf(keys, name).publicKey,
      endpoint: `203.0.113.${podNumber}:${SPOKE_PORT}`,
      allowedIps: tunnel.spoke.allowedIpsAtHub,
      latestHandshakeAt: now,
      keepaliveSeconds: 0,
    },
  ];
}
