import * as z from 'zod';

const Strings = z.record(z.string(), z.string());

const KeptTaint = z.object({
  key: z.string().min(1),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  timeAdded: z.string().optional(),
});

export const KeptCondition = z.object({
  type: z.string().min(1),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastHeartbeatTime: z.string().optional(),
  lastTransitionTime: z.string().optional(),
});

/** What the stand-in keeps of a core/v1 Node. Unknown fields are dropped, as the API server drops them. */
export const KeptNode = z.object({
  kind: z.literal('Node'),
  apiVersion: z.literal('v1'),
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    labels: Strings.optional(),
    annotations: Strings.optional(),
  }),
  spec: z
    .object({
      podCIDR: z.string().optional(),
      podCIDRs: z.array(z.string()).optional(),
      providerID: z.string().optional(),
      unschedulable: z.boolean().optional(),
      taints: z.array(KeptTaint).optional(),
    })
    .default({}),
  status: z.object({
    addresses: z.array(z.object({ type: z.string(), address: z.string() })),
    images: z.array(z.object({ names: z.array(z.string()) })).optional(),
    conditions: z.array(KeptCondition).optional().describe('those that others than the kubelet set'),
  }),
});

export type KeptNode = z.infer<typeof KeptNode>;

/** Empty maps, empty lists and a false cordon mean the same as absent, and are stored as absent. */
export function withoutEmpty(node: KeptNode): KeptNode {
  const { labels, annotations, ...metadata } = node.metadata;
  const { unschedulable, taints, ...spec } = node.spec;
  return {
    ...node,
    metadata: {
      ...metadata,
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
    spec: {
      ...spec,
      ...(unschedulable === true ? { unschedulable } : {}),
      ...(isEmpty(taints) ? {} : { taints }),
    },
  };
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}
