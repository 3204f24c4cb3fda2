import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Fleet } from '../fleet.ts';
import { injectFault } from '../inject-fault.ts';
import { buildFleet } from './build.ts';
import { enterHost } from './enter.ts';
import { askKubelet, startKubelets } from './kubelets.ts';
import { namesFor } from './names.ts';
import { programFlannel } from './overlay.ts';
import { takeOwnership } from './owner.ts';
import { presentNamespaces, takeDown } from './take-down.ts';
import { describeHost, labHosts } from './topology.ts';

export interface NamespaceFleetOptions {
  readonly stateDir: string;
  /** How long an orphaned fleet waits for a new owner; null: it has no owner and stays until `down`. */
  readonly orphanGraceSeconds: number | null;
}

const DEFAULT_GRACE_SECONDS = 120;

/** Brings the fleet up, or takes over the one that is still running for this state folder. */
export async function createNamespaceFleet(options: NamespaceFleetOptions): Promise<Fleet> {
  const stateDir = resolve(options.stateDir);
  const names = namesFor(stateDir);
  const complete = join(names.runDir, 'complete');
  if (!(await isRunning(names, complete))) {
    await takeDown(names);
    await mkdir(names.runDir, { recursive: true });
    await own();
    try {
      await buildFleet(names, stateDir);
      await startKubelets(names);
      await writeFile(complete, '');
    } catch (error) {
      await takeDown(names);
      throw error;
    }
  } else {
    await own();
  }

  async function own(): Promise<void> {
    if (options.orphanGraceSeconds !== null) await takeOwnership(names, stateDir, options.orphanGraceSeconds);
  }

  const hosts = labHosts.map((host) => describeHost(host, names.durableDir(host.name)));
  const fleet: Fleet = {
    kind: 'namespaces',
    hosts,
    exec: (host, request) => enterHost(names, host, request),
    reachKubelet: (host, path, timeoutMs) =>
      askKubelet(names, hosts.find(({ name }) => name === host)?.node.internalIP ?? host, path, timeoutMs),
    inject: (name) => injectFault(fleet, name),
    clear: async () => {
      await Promise.all(labHosts.map((host) => programFlannel(names, host)));
    },
    down: () => takeDown(names),
  };
  return fleet;
}

export const defaultOrphanGraceSeconds = DEFAULT_GRACE_SECONDS;

async function isRunning(names: ReturnType<typeof namesFor>, complete: string): Promise<boolean> {
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
