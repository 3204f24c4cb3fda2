import * as z from 'zod';

/** Of how many nodes of the cluster, Ready or not, the lease was seen, and how many of these leases are stale. */
export const FleetLeases = z.object({ seen: z.int().nonnegative(), stale: z.int().nonnegative() });

export type FleetLeases = z.infer<typeof FleetLeases>;
