import * as z from 'zod';
import type { NodeObject } from '../../evidence/node-object.ts';
import { normalizeMac } from '../../network/address.ts';
import type { IpFamily } from '../../network/mtu.ts';
import { readLease } from '../flannel-lease.ts';
import type { Member } from '../member.ts';

/**
 * One node of a VXLAN overlay. On every peer `overlayIp` is the gateway of its pods' route and has `vtepMac` as neighbour,
 * which `publicIp` is the destination of in the FDB.
 */
export interface VxlanVtep extends Member {
  /** Lower-case MAC of flannel's device. */
  readonly vtepMac: string;
  readonly vni: number;
}

/** flannel's default VNI on Linux (flannel pkg/backend/vxlan: defaultVNI). */
const DEFAULT_VNI = 1;

const BackendData = z.object({ VNI: z.int().positive().default(DEFAULT_VNI), VtepMAC: z.string() });

/** The node's VTEP, or why it cannot be told. */
export function readVtep(node: NodeObject, family: IpFamily): VxlanVtep | string {
  const lease = readLease(node, family);
  if (typeof lease === 'string') return lease;
  const data = BackendData.safeParse(lease.backendData);
  const vtepMac = data.success ? normalizeMac(data.data.VtepMAC) : undefined;
  if (!data.success || vtepMac === undefined) return 'backend data holds no VTEP MAC';
  return { ...lease.member, vtepMac, vni: data.data.VNI };
}
