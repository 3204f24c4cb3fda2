import * as z from 'zod';

/** The part of a core/v1 Node that Restitch reads; everything else passes by unread. */
export const NodeObject = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z
    .object({
      podCIDR: z.string().optional(),
      podCIDRs: z.array(z.string()).optional(),
      providerID: z.string().optional(),
      unschedulable: z.boolean().optional(),
      taints: z
        .array(
          z.looseObject({
            key: z.string(),
            value: z.string().optional(),
            effect: z.string(),
            timeAdded: z.string().optional(),
          }),
        )
        .optional(),
    })
    .default({}),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            lastHeartbeatTime: z.string().nullish(),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .optional(),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional(),
      nodeInfo: z
        .object({
          kubeletVersion: z.string().optional(),
          machineID: z.string().optional().describe('of the host, from its /etc/machine-id'),
        })
        .optional(),
      images: z
        .array(z.object({ names: z.array(z.string()).nullish() }))
        .transform((images) => images.filter(({ names }) => names?.some((name) => name.includes('flannel'))))
        .optional()
        .describe('only flannel’s'),
    })
    .default({}),
});

export type NodeObject = z.infer<typeof NodeObject>;
export type Taint = NonNullable<NodeObject['spec']['taints']>[number];
