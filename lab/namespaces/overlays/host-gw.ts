import { hereDocument } from '../here-document.ts';
import { externalDevice, type LabFleet } from '../lab-fleet.ts';
import type { LabHost, LabTunnel } from '../lab-host.ts';
import { addressOf, externalMtuBytes, HUB_PRIVATE, podCidr, TUNNEL_CIDR, WIREGUARD_PORT } from '../topology.ts';
import type { LabOverlay } from './lab-overlay.ts';

/** The cloud node has no tunnel in the other overlays. */
const CLOUD_TUNNEL = {
  address: '10.200.0.20/24',
  mtuBytes: 1420,
  spoke: { hubEndpoint: `${HUB_PRIVATE}:${WIREGUARD_PORT}` },
};

/** What flanneld keeps in its memory: the route of every lease that it was told of. */
const KNOWN_ROUTES = '/run/flanneld-routes';

/**
 * flannel's host-gw: no device of its own, but one route per peer, to the peer's address on flannel's external interface. The
 * next hop must be on link, so every host is in the tunnel network, the cloud node too, and wg0 carries the pods of all.
 */
export function createHostGw(fleet: LabFleet): LabOverlay {
  const hosts = fleet.hosts.map((host) => inTunnel(host, fleet.clusterCidr));
  return {
    backend: 'host-gw',
    hosts,
    podMtuBytes: externalMtuBytes,
    // The backend has no data, so flanneld's annotation says `null` (pkg/subnet/kube, MarshalJSON of none).
    lease: () => ({ type: 'host-gw', data: null }),
    flanneld: (_names, host) => ({ start: programLeases({ ...fleet, hosts }, host), loop: ROUTE_CHECK }),
  };
}

function inTunnel(host: LabHost, clusterCidr: string): LabHost {
  const { address, mtuBytes, spoke } = host.wireguard ?? CLOUD_TUNNEL;
  const publicIp = addressOf(address);
  const carrying: LabTunnel['spoke'] = spoke && {
    hubEndpoint: spoke.hubEndpoint,
    allowedIps: [TUNNEL_CIDR, clusterCidr],
    allowedIpsAtHub: [`${publicIp}/32`, podCidr(host)],
    routes: [],
  };
  return {
    ...host,
    wireguard: { address, mtuBytes, ...(carrying === undefined ? {} : { spoke: carrying }) },
    flannel: { ...host.flannel, dev: 'wg0', publicIp },
  };
}

/**
 * What flanneld does for a lease (flannel pkg/backend/route_network.go, routeAdd): a route to the same network that leads
 * elsewhere is replaced. flanneld also removes one of another metric; this stub does not.
 */
function programLeases(fleet: LabFleet, host: LabHost): readonly string[] {
  const peers = fleet.hosts.filter((peer) => peer.name !== host.name);
  const routes = peers.map(
    (peer) => `${podCidr(peer)} via ${peer.flannel.publicIp} dev ${externalDevice(fleet, host)}`,
  );
  return [
    ...hereDocument(
      'ip -force -batch -',
      routes.map((route) => `route replace ${route}`),
    ),
    ...hereDocument(
      `cat >${KNOWN_ROUTES}`,
      routes.map((route) => `route add ${route}`),
    ),
  ];
}

/**
 * Every 10 s flanneld adds the routes that it misses (routeCheck) and replaces none: where another route to the same network is in
 * the way, the kernel refuses with EEXIST.
 */
const ROUTE_CHECK = ['sleep 10', `ip -force -batch ${KNOWN_ROUTES}`];
