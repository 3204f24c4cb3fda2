import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultStep } from '../fault.ts';
import { leasePodAddress } from '../pod-address-lease.ts';
import { mustRun } from '../run-program.ts';
import { enterHost, enterNetwork, startHost } from './enter.ts';
import { startFlanneld } from './flanneld.ts';
import { type HostKeys, tunnelKeys } from './host-keys.ts';
import { ipBatch } from './ip-batch.ts';
import { startKubelet } from './kubelets.ts';
import type { LabFleet } from './lab-fleet.ts';
import type { LabHost } from './lab-host.ts';
import type { Names } from './names.ts';
import type { LabOverlay } from './overlays/lab-overlay.ts';
import { buildPod } from './pod.ts';
import { buildTunnel } from './tunnel.ts';
import { buildUnderlay } from './underlay.ts';

const STEP_TIMEOUT_MS = 10_000;

/** Builds the whole fleet, from the wires up. Nothing may exist under its names before. */
export async function buildFleet(names: Names, stateDir: string, fleet: LabFleet, overlay: LabOverlay): Promise<void> {
  for (const namespace of names.all) await mustRun(['ip', 'netns', 'add', namespace]);
  await Promise.all(names.all.map((namespace) => ipBatch(namespace, ['link set lo up'])));
  await buildUnderlay(names, overlay.hosts);
  const keys = await tunnelKeys(stateDir, overlay.hosts);
  const [hub, ...others] = overlay.hosts.map((host) => () => buildHost(names, host, keys, fleet, overlay));
  // The hub listens before the spokes call: a first handshake that nobody answers is repeated only after 5 s.
  await hub?.();
  await Promise.all(others.map((build) => build()));
  await Promise.all(overlay.hosts.map((host) => overlay.connectHost?.(names, host)));
  for (const step of fleet.afterwards) await doStep(names, fleet, step);
}

async function doStep(names: Names, { hosts }: LabFleet, { place, argv }: FaultStep): Promise<void> {
  const enter = hosts.some(({ name }) => name === place) ? enterHost : enterNetwork;
  const { code, stderr } = await enter(names, place, { argv, timeoutMs: STEP_TIMEOUT_MS });
  if (code !== 0) throw new Error(`${place}: ${argv.join(' ')}: ${stderr.trim()}`);
}

async function buildHost(
  names: Names,
  host: LabHost,
  keys: HostKeys,
  fleet: LabFleet,
  overlay: LabOverlay,
): Promise<void> {
  const folder = names.hostDir(host.name);
  await mkdir(join(folder, 'run', 'wireguard'), { recursive: true });
  await mkdir(join(folder, 'run', 'flannel'), { recursive: true });
  await mkdir(names.durableDir(host.name), { recursive: true });
  await leasePodAddress(join(folder, 'var-lib-cni'), host);
  await startHost(names, host.name);
  await startKubelet(names, host.name);
  await buildTunnel(names, host, { hosts: overlay.hosts, device: fleet.wireguardDevice, keys });
  await buildPod(names, host, overlay.podMtuBytes(host));
  await overlay.prepareHost?.(names, host);
  await startFlanneld(names, host, overlay, fleet.clusterCidr);
}
