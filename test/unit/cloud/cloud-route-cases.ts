import type { CloudRoute, RouteTableReading } from '../../../core/cloud/route-table.ts';
import type { Facts } from '../../../core/diagnosis/facts.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';

export const TABLE = 'rtb-0123456789abcdef0';
export const HUB = 'i-0a0000000000000a1';

const measured = evidenceOf('cloud-route-missing');

/** What the lab measured while the VPC's route was gone, with what its tables are made to say. */
export function cloudRouteEvidence(...routeTables: readonly RouteTableReading[]): Evidence {
  return { ...measured, routeTables: [...routeTables] };
}

/** The same packets, as an alert about the VPC's own host would have them collected. */
export function seenFromTheVpc(evidence: Evidence): Evidence {
  const roles = { 'cloud-1': 'node', 'hub-1': 'hub', 'gpu-1': 'peer' } as const;
  return {
    ...evidence,
    target: { ...evidence.target, node: 'cloud-1' },
    readings: evidence.readings.flatMap((reading) => {
      const role = Object.entries(roles).find(([host]) => host === reading.host)?.[1];
      return role === undefined ? [] : [{ ...reading, role }];
    }),
  };
}

export function cloudRouteFacts(...routeTables: readonly RouteTableReading[]): Facts {
  return deriveFacts(cloudRouteEvidence(...routeTables));
}

/** A table with the routes that every VPC has, and the given ones. */
export function table(...routes: readonly CloudRoute[]): RouteTableReading {
  return { status: 'read', id: TABLE, routes: [...vpcRoutes, ...routes] };
}

export const vpcRoutes: readonly CloudRoute[] = [
  { destination: '10.0.0.0/16', target: 'local', instanceId: null, state: 'active' },
  { destination: '0.0.0.0/0', target: 'igw-0a000000000000001', instanceId: null, state: 'active' },
];
