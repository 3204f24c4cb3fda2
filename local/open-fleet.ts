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
  if (config.FLEET === 'simulated') return { fleet: await createSimulatedFleet({ stateDir }), obstacles: [] };
  const obstacles = await namespaceObstacles();
  if (obstacles.length === 0) {
    return {
      fleet: await createNamespaceFleet({ stateDir, orphanGraceSeconds: config.ORPHAN_GRACE_SECONDS }),
      obstacles,
    };
  }
  if (config.FLEET === 'namespaces') throw new Error(`FLEET=namespaces cannot run here: ${obstacles.join('; ')}`);
  return { fleet: await createSimulatedFleet({ stateDir }), obstacles };
}
