import * as z from 'zod';
import type { Target } from './target.ts';

/** What several nodes share, and what is at fault in their place. */
export const Shared = z.object({ kind: z.enum(['hub', 'site', 'provider', 'control-plane']), name: z.string() });

export type Shared = z.infer<typeof Shared>;

/** The API server, or its way to the nodes. */
export const controlPlane: Shared = { kind: 'control-plane', name: 'control-plane' };

/** The name under which the incident of a shared fault is kept in place of a node's. A hub is a node. */
export function sharedTarget(cluster: string, { kind, name }: Shared): Target {
  return { cluster, node: kind === 'site' || kind === 'provider' ? `${kind}/${name}` : name };
}
