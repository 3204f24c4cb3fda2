import * as z from 'zod';

/** What a team may set about how nodes are found and what their devices are called: for the runbook, and for sweep. */
export const NodeEnvironment = z.object({
  VXLAN_DEVICE: z.string().default('flannel.1'),
  WIREGUARD_DEVICE: z.string().default('wg0'),
  INVENTORY_NAMESPACE: z.string().min(1).default('restitch'),
  INSTANCE_TAG: z.string().default('restitch:node'),
  DOCUMENT_PREFIX: z.string().default('Restitch'),
});
