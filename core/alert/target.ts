import * as z from 'zod';

/** What an alert is about: one node of one cluster. Pool, site and hub are resolved from its Node object when work begins. */
export const Target = z.object({
  cluster: z.string().min(1).max(100),
  node: z.string().min(1).max(253),
});

export type Target = z.infer<typeof Target>;

/** The key under which everything about a target is ordered and stored: the FIFO group and the table's partition. */
export function targetKey(target: Target): string {
  return `${target.cluster}/${target.node}`;
}
