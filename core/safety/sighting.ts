import * as z from 'zod';

/** A host in a look of an incident: where it stands, and whether it lost small packets to or from its hub. */
const SightedHost = z.object({
  name: z.string(),
  hub: z.string().nullable(),
  site: z.string().nullable(),
  provider: z.string().optional(),
  state: z.enum(['loses', 'passes']),
});

/**
 * What the last look of an open incident saw of the node and of its peer; kept with the incident, so that the runs of other
 * nodes can compare. `at`: epoch milliseconds. `kubelet`: as the control plane reaches the node's.
 */
export const Sighting = z.object({
  at: z.int(),
  hosts: z.array(SightedHost).max(4),
  kubelet: z.enum(['reachable', 'unreachable']),
});

export type SightedHost = z.infer<typeof SightedHost>;
export type Sighting = z.infer<typeof Sighting>;

export interface NodeSighting {
  readonly node: string;
  readonly sighting: Sighting;
}
