import * as z from 'zod';
import { normalizeMac } from '../network/address.ts';
import { type FlannelLease, readLease } from './flannel-lease.ts';
import type { NodeObject } from './node-object.ts';

/** flannel's Linux defaults (flannel pkg/backend/vxlan: defaultVNI, and the kernel's legacy VXLAN port). */
export const FLANNEL_VXLAN_PORT = 8472;

/**
 * One node of a VXLAN overlay. On every peer `vtepIp` is the gateway of its pods' route and has `vtepMac` as neighbour, which
 * `publicIp` is the destination of in the FDB.
 */
export interface VxlanVtep extends Omit<FlannelLease, 'backendData'> {
  readonly backend: 'vxlan';
  /** Lower-case MAC of flannel.1. */
  readonly vtepMac: string;
  readonly vni: number;
}

const BackendData = z.object({ VNI: z.int().positive().default(1), VtepMAC: z.string() });

/** The node's VTEP, or why it cannot be told. */
export function readVtep(node: NodeObject): VxlanVtep | string {
  const lease = readLease(node, 'vxlan');
  if (typeof lease === 'string') return lease;
  const { backendData, ...common } = lease;
  const data = BackendData.safeParse(backendData);
  const vtepMac = data.success ? normalizeMac(data.data.VtepMAC) : undefined;
  if (!data.success || vtepMac === undefined) return 'backend data holds no VTEP MAC';
  return { ...common, backend: 'vxlan', vtepMac, vni: data.data.VNI };
}
