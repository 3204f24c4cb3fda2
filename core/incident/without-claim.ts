import type { Incident } from './incident.ts';

/** The incident after its claim on the node was released, whatever its level. */
export function withoutClaim({ gatedAt: _, ...incident }: Incident): Incident {
  return { ...incident, claimed: false };
}
