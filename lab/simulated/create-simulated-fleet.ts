import { rm } from 'node:fs/promises';
import { assertNever } from '../../core/assert-never.ts';
import type { Fleet, HostVitals, KubeletAnswer } from '../fleet.ts';
import { injectFault } from '../inject-fault.ts';
import { describeHost } from '../namespaces/describe-host.ts';
import { tunnelKeys } from '../namespaces/host-keys.ts';
import { vxlanLease } from '../namespaces/overlays/vxlan.ts';
import { recordFleet } from '../namespaces/record-fleet.ts';
import { labHosts } from '../namespaces/topology.ts';
import { bundlePrograms } from './bundle-programs.ts';
import { roundTrip } from './deliver.ts';
import { endPrograms, enterSimulatedHost } from './enter-simulated-host.ts';
import { furnishHost, writeSubnetEnv } from './furnish-host.ts';
import { initialNetwork } from './initial-network.ts';
import { createNetworkStore, openNetworkStore } from './network-store.ts';
import { servePrograms } from './serve-programs.ts';
import { findHost, type SimulatedNetwork } from './simulated-network.ts';
import { simulatedPlaces } from './simulated-places.ts';

const HUB = 'hub-1';
/** A TCP handshake's first segment: IPv4 20 + TCP 40 with options. */
const SYN_BYTES = 60;
const WARM_UP_MS = 20_000;

/**
 * The lab's fleet where the machine has no network namespaces: every host is a table of its kernel's state, and `ip`,
 * `bridge`, `wg`, `ping` and `sysctl` are programs that read and change it. The node scripts and the faults are the very
 * same; packets get through when the tables of all hosts on their way let them. Takes over the fleet that is still up
 * for this state folder.
 */
export async function createSimulatedFleet(options: { readonly stateDir: string }): Promise<Fleet> {
  const places = simulatedPlaces(options.stateDir);
  const keys = await tunnelKeys(options.stateDir, labHosts);
  const fresh = () => initialNetwork(keys, Math.floor(Date.now() / 1_000));
  await Promise.all(labHosts.map((host) => furnishHost(places, host)));
  await bundlePrograms(places.programs);
  const store = createNetworkStore(places.network);
  if (store.read().length === 0) store.replace(fresh());
  store.close();
  // The first start of Node compiles and leaves its cache to those that nobody serves.
  await enterSimulatedHost(places, HUB, { argv: ['ip', 'link', 'show'], timeoutMs: WARM_UP_MS });
  const served = await servePrograms(places);

  const hosts = labHosts.map((host) => describeHost(host, places.durableDir(host.name), vxlanLease(host)));
  const withNetwork = <Result>(use: (network: SimulatedNetwork) => Result, whenDown: Result): Result => {
    const opened = openNetworkStore(places.network);
    if (opened === undefined) return whenDown;
    const network = opened.read();
    opened.close();
    return use(network);
  };
  const fleet: Fleet = {
    kind: 'simulated',
    hosts,
    inventory: recordFleet(labHosts, keys),
    exec: (host, request) => enterSimulatedHost(places, host, request),
    reachKubelet: async (host, path) =>
      withNetwork<KubeletAnswer>(
        (network) => askKubelet(network, hosts.find(({ name }) => name === host)?.node.internalIP ?? host, path),
        { type: 'unreachable', reason: 'the simulated fleet was taken down' },
      ),
    vitals: async (name) =>
      withNetwork<HostVitals>((network) => ({ wayOut: hasWayOut(network, name), kubelet: true }), {
        wayOut: false,
        kubelet: false,
      }),
    hasWayOut: async (name) => withNetwork((network) => hasWayOut(network, name), false),
    inject: (name) =>
      injectFault(name, { kind: 'simulated', backend: 'vxlan' }, (place, request) =>
        enterSimulatedHost(places, place, request),
      ),
    clear: async () => {
      const opened = createNetworkStore(places.network);
      opened.replace(fresh());
      opened.close();
      await Promise.all(labHosts.map((host) => writeSubnetEnv(places, host)));
    },
    down: async () => {
      const names = labHosts.map(({ name }) => name);
      await endPrograms(places, names);
      served.close();
      await rm(places.runDir, { recursive: true, force: true });
      await Promise.all(names.map((name) => rm(places.run(name), { recursive: true, force: true })));
    },
  };
  return fleet;
}

/** Between a simulated host and the internet there is nothing but its own uplink. */
function hasWayOut(network: SimulatedNetwork, name: string): boolean {
  const host = findHost(network, name);
  const uplink = host.links.some((link) => link.name === 'eth0' && link.up);
  const route = host.routes.some(({ destination, dev }) => destination === 'default' && dev === 'eth0');
  return uplink && route;
}

/** A simulated kubelet is always up: it answers when the hub's packets reach it and its own reach the hub. */
function askKubelet(network: SimulatedNetwork, address: string, path: string): KubeletAnswer {
  const delivery = roundTrip(network, findHost(network, HUB), address, SYN_BYTES, false);
  switch (delivery.type) {
    case 'delivered':
      return path === '/healthz' || path === '/healthz/ping'
        ? { type: 'answer', status: 200, body: 'ok' }
        : { type: 'answer', status: 404, body: '404 page not found' };
    case 'no-route':
      return { type: 'unreachable', reason: 'ENETUNREACH' };
    case 'lost':
    case 'too-long':
      return { type: 'timeout' };
    default:
      return assertNever(delivery);
  }
}
