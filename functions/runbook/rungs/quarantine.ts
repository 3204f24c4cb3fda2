import type { Rung } from './rung.ts';

/** Keeps the scheduler away from the node until it is healthy again. The claim does all of it, and its release undoes it. */
export const quarantine: Rung = {
  name: 'quarantine',
  claim: 'quarantined',
  confirmWithinSeconds: null,
  plan: () => null,
  lines: (_, node) => [`${node}: cordon, and taint restitch.dev/network=quarantined:NoSchedule`],
  act: async () => ({ type: 'out-of-service' }),
  settle: async () => undefined,
};
