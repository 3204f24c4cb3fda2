import type { Fleet } from '../lab/fleet.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { createSimulatedFleet } from '../lab/simulated/create-simulated-fleet.ts';
import type { LocalConfig } from './config.ts';

export interface OpenedFleet {
  readonly fleet: Fleet;
  /** Why it is the simulated one, when it was not asked for. */
  readonly obstacles: readonly string[];
}

/** The fleet of network namespaces where the machine allows it, else the simulated one, which serves the same scripts. */
export async function openFleet(stateDir: string, config: LocalConfig): Promise<OpenedFleet> {
  if (config.FLEET === 'simulated') return { fleet: await simulated(stateDir, config), obstacles: [] };
  const obstacles = await namespaceObstacles();
  if (obstacles.length === 0) {
    const { ORPHAN_GRACE_SECONDS: orphanGraceSeconds, FLANNEL_BACKEND: backend, LAB_VARIANT: variant } = config;
    const options = {
      stateDir,
      orphanGraceSeconds,
      ...(backend === undefined ? {} : { backend }),
      ...(variant === undefined ? {} : { variant }),
    };
    return { fleet: await createNamespaceFleet(options), obstacles };
  }
  if (config.FLEET === 'namespaces') throw new Error(`FLEET=namespaces cannot run here: ${obstacles.join('; ')}`);
  return { fleet: await simulated(stateDir, config), obstacles };
}

/** Throws when it is asked for a backend that it cannot play. */
async function simulated(stateDir: string, { FLANNEL_BACKEND: backend }: LocalConfig): Promise<Fleet> {
  if (backend !== undefined && backend !== 'vxlan')
    throw new Error(`FLANNEL_BACKEND=${backend} needs the fleet of namespaces: the simulated one plays VXLAN only`);
  return createSimulatedFleet({ stateDir });
}
