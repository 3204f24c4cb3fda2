import * as z from 'zod';

/** What can be wrong with a node's pod network, plus the two answers that are no fault. */
export const FaultClass = z.enum([
  'mtu-black-hole',
  'vxlan-wedge',
  'one-way-nat',
  'missing-route',
  'tunnel-down',
  'overlay-blocked',
  'node-offline',
  'hub-outage',
  'unsupported-overlay',
  'node-objects-conflict',
  'node-agent',
  'healthy',
  'unknown',
]);

export type FaultClass = z.infer<typeof FaultClass>;
