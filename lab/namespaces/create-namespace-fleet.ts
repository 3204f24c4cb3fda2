import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { checkFleet } from '../check-fleet.ts';
import type { Fleet } from '../fleet.ts';
import { injectFault } from '../inject-fault.ts';
import { buildFleet } from './build.ts';
import { describeHost } from './describe-host.ts';
import { enterHost, enterNetwork } from './enter.ts';
import { keepBackend, keptBackend } from './fleet-backend.ts';
import { askKubelet, makeKubeletCertificate } from './kubelets.ts';
import { type Names, namesFor } from './names.ts';
import type { LabOverlay } from './overlays/lab-overlay.ts';
import { openOverlay } from './overlays/lab-overlays.ts';
import { takeOwnership } from './owner.ts';
import { presentNamespaces, razeFleet, takeDown } from './take-down.ts';
import { readVitals } from './vitals.ts';

export interface NamespaceFleetOptions {
  readonly stateDir: string;
  /** How long an orphaned fleet waits for a new owner; null: it has no owner and stays until `down`. */
  readonly orphanGraceSeconds: number | null;
  /** What flannel runs. Not given: what the folder's fleet ran before, VXLAN at first. */
  readonly backend?: OverlayName;
}

const MOST_LOOKS = 20;
const LOOK_PAUSE_MS = 300;

/**
 * Brings the fleet up, or takes over the one that is still running for this state folder. Throws when that one has another
 * backend than is wanted.
 */
export async function createNamespaceFleet(options: NamespaceFleetOptions): Promise<Fleet> {
  const stateDir = resolve(options.stateDir);
  const names = namesFor(stateDir);
  const complete = join(names.runDir, 'complete');
  const kept = (await keptBackend(stateDir)) ?? 'vxlan';
  const backend = options.backend ?? kept;
  const overlay = await openOverlay(backend, stateDir);
  const fleet = fleetOf(names, overlay, rebuild);
  if (await isRunning(names, complete)) {
    if (backend !== kept)
      throw new Error(`the fleet of ${stateDir} runs ${kept}: take it down before one of ${backend}`);
    await own();
    return fleet;
  }
  await takeDown(names);
  await mkdir(names.runDir, { recursive: true });
  await keepBackend(stateDir, backend);
  await own();
  try {
    await makeKubeletCertificate(names);
    await buildUntilServing();
    return fleet;
  } catch (error) {
    await takeDown(names);
    throw error;
  }

  /** Whatever a fault, an experiment or the machine did to it: what is not looked at cannot be left behind. */
  async function rebuild(): Promise<void> {
    await rm(complete, { force: true });
    await razeFleet(names);
    await buildUntilServing();
  }

  async function buildUntilServing(): Promise<void> {
    await buildFleet(names, stateDir, overlay);
    await untilServing(fleet);
    await writeFile(complete, '');
  }

  async function own(): Promise<void> {
    if (options.orphanGraceSeconds !== null) await takeOwnership(names, stateDir, options.orphanGraceSeconds);
  }
}

function fleetOf(names: Names, overlay: LabOverlay, clear: () => Promise<void>): Fleet {
  const hosts = overlay.hosts.map((host) => describeHost(host, names.durableDir(host.name), overlay.lease(host)));
  const exec: Fleet['exec'] = (place, request) =>
    hosts.some((host) => host.name === place) ? enterHost(names, place, request) : enterNetwork(names, place, request);
  const fleet: Fleet = {
    kind: 'namespaces',
    hosts,
    exec,
    reachKubelet: (host, path, timeoutMs) =>
      askKubelet(names, hosts.find(({ name }) => name === host)?.node.internalIP ?? host, path, timeoutMs),
    vitals: (host) => readVitals(names, host),
    inject: (name) => injectFault(name, { kind: 'namespaces', backend: overlay.backend }, exec),
    clear,
    down: () => takeDown(names),
  };
  return fleet;
}

/** The first handshakes and the kubelets take a moment. Throws with what is still lost when it is more than a moment. */
async function untilServing(fleet: Fleet): Promise<void> {
  for (let look = 1; ; look++) {
    const { healthy, broken } = await checkFleet(fleet);
    if (healthy) return;
    if (look === MOST_LOOKS) throw new Error(`the fleet does not come up: ${broken.join(', ')}`);
    await sleep(LOOK_PAUSE_MS);
  }
}

async function isRunning(names: Names, complete: string): Promise<boolean> {
  const present = await presentNamespaces(names);
  if (present.length !== names.all.length) return false;
  try {
    await readFile(complete);
    return true;
  } catch {
    // It was left half-built.
    return false;
  }
}
