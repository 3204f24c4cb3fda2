import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { rememberObject } from '../../core/remember.ts';
import { checkFleet } from '../check-fleet.ts';
import type { Fault } from '../fault.ts';
import { faultOnFleet } from '../faults/fault-on-fleet.ts';
import type { Fleet } from '../fleet.ts';
import { injectFault } from '../inject-fault.ts';
import { chooseVariant } from '../variants/catalogue.ts';
import type { LabVariant } from '../variants/lab-variant.ts';
import { buildFleet } from './build.ts';
import { describeHost } from './describe-host.ts';
import { enterHost, enterNetwork } from './enter.ts';
import { type HostKeys, tunnelKeys } from './host-keys.ts';
import { keepVariant, keptVariant } from './kept-variant.ts';
import { askKubelet, makeKubeletCertificate } from './kubelets.ts';
import type { LabHost } from './lab-host.ts';
import { type Names, namesFor } from './names.ts';
import { changeNodes, type NodeChanges, nodeChangesIn } from './node-changes.ts';
import type { LabOverlay } from './overlays/lab-overlay.ts';
import { openOverlay } from './overlays/lab-overlays.ts';
import { takeOwnership } from './owner.ts';
import { recordFleet } from './record-fleet.ts';
import { presentNamespaces, razeFleet, takeDown } from './take-down.ts';
import { hasWayOut, readVitals } from './vitals.ts';

export interface NamespaceFleetOptions {
  readonly stateDir: string;
  /** How long an orphaned fleet waits for a new owner; null: it has no owner and stays until `down`. */
  readonly orphanGraceSeconds: number | null;
  /** What flannel runs. Not given: what the folder's fleet ran before, VXLAN at first. */
  readonly backend?: OverlayName;
  /** The name of a variant, which has a backend. Not given: what the folder's fleet was before, if that has the backend. */
  readonly variant?: string;
}

const MOST_LOOKS = 20;
const LOOK_PAUSE_MS = 300;

/**
 * Brings the fleet up, or takes over the one that is still running for this state folder. Throws when that one is another
 * than is wanted, and for a variant that is not known.
 */
export async function createNamespaceFleet(options: NamespaceFleetOptions): Promise<Fleet> {
  const stateDir = resolve(options.stateDir);
  const kept = await keptVariant(stateDir);
  const variant = chooseVariant(options, kept);
  const overlay = await openOverlay(variant.fleet, stateDir);
  const names = namesFor(stateDir, overlay.hosts);
  const complete = join(names.runDir, 'complete');
  const keys = await tunnelKeys(stateDir, overlay.hosts);
  const fleet = await openFleet(names, variant, overlay, keys, rebuild);
  if (await isRunning(namesFor(stateDir, kept?.fleet.hosts), complete)) {
    if (kept !== undefined && variant.name !== kept.name)
      throw new Error(`the fleet of ${stateDir} runs ${kept.name}: take it down before one of ${variant.name}`);
    await own();
    return fleet;
  }
  await takeDown(names);
  await mkdir(names.runDir, { recursive: true });
  await keepVariant(stateDir, variant);
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
    await buildFleet(names, stateDir, variant.fleet, overlay);
    await untilServing(fleet);
    await writeFile(complete, '');
  }

  async function own(): Promise<void> {
    if (options.orphanGraceSeconds !== null) await takeOwnership(names, stateDir, options.orphanGraceSeconds);
  }
}

async function openFleet(
  names: Names,
  { name: variant, fleet: plan }: LabVariant,
  overlay: LabOverlay,
  keys: HostKeys,
  rebuild: () => Promise<void>,
): Promise<Fleet> {
  const describe = (host: LabHost) => describeHost(host, names.durableDir(host.name), overlay.lease(host), plan.labels);
  const made = overlay.hosts.map(describe);
  const changes = nodeChangesIn(names.runDir);
  const hostsWith = rememberObject((changed: NodeChanges) => changeNodes(made, changed));
  const exec: Fleet['exec'] = (place, request) =>
    made.some((host) => host.name === place) ? enterHost(names, place, request) : enterNetwork(names, place, request);
  return {
    kind: 'namespaces',
    inventory: recordFleet(overlay.hosts, keys),
    get hosts() {
      return hostsWith(changes.read());
    },
    objectsOnly: (plan.objectsOnly ?? []).map((host) => describe(host).node),
    exec,
    reachKubelet: (host, path, timeoutMs) =>
      askKubelet(names, made.find(({ name }) => name === host)?.node.internalIP ?? host, path, timeoutMs),
    vitals: (name) => readVitals(names, hostNamed(overlay, name)),
    hasWayOut: (name) => hasWayOut(names, hostNamed(overlay, name)),
    inject: async (name) => {
      const adapt = (fault: Fault) => faultOnFleet(fault, plan);
      const fault = await injectFault(name, { kind: 'namespaces', backend: overlay.backend, variant, adapt }, exec);
      if (fault.nodeChanges !== undefined) changes.add(fault.nodeChanges);
      return fault;
    },
    clear: async () => {
      changes.forget();
      await rebuild();
    },
    down: () => takeDown(names),
  };
}

/** Throws for a name that no host has. */
function hostNamed({ hosts }: LabOverlay, name: string): LabHost {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host of the fleet is called ${name}`);
  return host;
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
