import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { leasePodAddress } from '../pod-address-lease.ts';
import { mustRun } from '../run-program.ts';
import { startHost } from './enter.ts';
import { makeFlannelWireGuard, startFlannelWireGuard } from './flannel-wireguard.ts';
import { startFlanneld } from './flanneld.ts';
import { flannelKeys, type HostKeys, tunnelKeys } from './host-keys.ts';
import { ipBatch } from './ip-batch.ts';
import { startKubelet } from './kubelets.ts';
import type { Names } from './names.ts';
import { buildPod } from './pod.ts';
import { type LabHost, labHosts, overlayMtuBytes } from './topology.ts';
import { buildTunnel } from './tunnel.ts';
import { buildUnderlay } from './underlay.ts';

/** Builds the whole fleet, from the wires up. Nothing may exist under its names before. */
export async function buildFleet(names: Names, stateDir: string, backend: OverlayName): Promise<void> {
  for (const namespace of names.all) await mustRun(['ip', 'netns', 'add', namespace]);
  await Promise.all(names.all.map((namespace) => ipBatch(namespace, ['link set lo up'])));
  await buildUnderlay(names);
  const keys = await tunnelKeys(stateDir);
  const overlay: Overlay = backend === 'vxlan' ? { backend } : { backend, keys: await flannelKeys(stateDir) };
  const [hub, ...others] = labHosts.map((host) => () => buildHost(names, host, keys, overlay));
  // The hub listens before the spokes call: a first handshake that nobody answers is repeated only after 5 s.
  await hub?.();
  await Promise.all(others.map((build) => build()));
  if (backend === 'wireguard-native') await Promise.all(labHosts.map((host) => startFlannelWireGuard(names, host)));
}

/** What flannel makes on every host. */
type Overlay =
  | { readonly backend: 'vxlan' }
  | { readonly backend: Exclude<OverlayName, 'vxlan'>; readonly keys: HostKeys };

async function buildHost(names: Names, host: LabHost, keys: HostKeys, overlay: Overlay): Promise<void> {
  const folder = names.hostDir(host.name);
  await mkdir(join(folder, 'run', 'wireguard'), { recursive: true });
  await mkdir(join(folder, 'run', 'flannel'), { recursive: true });
  await mkdir(names.durableDir(host.name), { recursive: true });
  await leasePodAddress(join(folder, 'var-lib-cni'), host);
  await startHost(names, host.name);
  await startKubelet(names, host.name);
  if (host.wireguard !== undefined) await buildTunnel(names, host, host.wireguard, keys);
  await buildPod(names, host, overlayMtuBytes(host, overlay.backend));
  if (overlay.backend === 'wireguard-native') await makeFlannelWireGuard(names, host, overlay.keys);
  await startFlanneld(names, host, overlay.backend);
}
