import { forbiddenByMemory } from '../memory.ts';
import { allow, deny, type Guard } from './guard.ts';

/** What was done to the hosts lately, in this incident's earlier runs and in others. */
export const memory: Guard = {
  name: 'memory',
  decide: ({ standing: { memories, memoryLimits, run }, stage, incidentId, now }) => {
    const inputs = {
      limits: memoryLimits,
      hosts: memories.map(({ host, memory: stored }) => ({
        host,
        acts: stored?.acts.length ?? 0,
        incidents: stored?.troubles.length ?? 0,
        lastAct: stored?.acts.at(-1) ?? null,
      })),
    };
    for (const { host, memory: stored, endpoints } of memories) {
      const wanted = { host, stage: stage.name, incidentId, run, endpoints };
      const why = forbiddenByMemory(stored, wanted, memoryLimits, now);
      if (why !== undefined) return deny(inputs, why);
    }
    return allow(inputs);
  },
};
