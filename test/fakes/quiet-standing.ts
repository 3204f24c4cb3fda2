import type { Standing } from '../../core/safety/guards/standing.ts';

/** Nothing stands in the way of a stage on gpu-1. */
export function quietStanding(parts: Partial<Standing> = {}): Standing {
  return {
    pauses: undefined,
    pauseSubject: { cluster: 'lab', pools: ['gpu'], class: 'vxlan-wedge' },
    run: 1,
    memories: [{ host: 'gpu-1', memory: undefined }],
    memoryLimits: { cooldownSeconds: {}, runsPerDay: 10, ineffectiveRuns: 3, flapIncidents: 3 },
    leases: { seen: 40, stale: 0 },
    leaseLimits: { minPercent: 60, minNodes: 3 },
    breakers: { cluster: 'lab', broken: [], tripped: {} },
    breakerLimits: { windowSeconds: 600, maxPercent: 30, minNodes: 5, retrySeconds: 900 },
    breakerScopes: ['pool=gpu', 'cluster=lab'],
    cheapest: true,
    windows: [{ host: 'gpu-1', reading: { type: 'none' } }],
    autonomy: { mode: 'act', earned: false, level: 'shadow' },
    ...parts,
  };
}
