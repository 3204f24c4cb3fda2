import * as z from 'zod';
import { Target } from '../alert/target.ts';
import { RouteTableReading } from '../cloud/route-table.ts';
import { Inventory } from '../inventory/inventory.ts';
import { FleetLeases } from './fleet-leases.ts';
import { NodeEvidence } from './node-evidence.ts';
import { NodeObject } from './node-object.ts';

/** The kernel takes no longer one (IFNAMSIZ). */
const DeviceName = z.string().max(15);

export const EVIDENCE_SCHEMA = 'restitch/evidence/1';

/**
 * Probes of one host, and what they moved: its WireGuard peers' counters and endpoints when the last answer was in, and
 * the port that the control plane called meanwhile.
 */
const ProbeRun = NodeEvidence.pick({
  collectedAt: true,
  probes: true,
  wireguard: true,
  kubelet: true,
  counters: true,
  ways: true,
  flows: true,
}).extend({ flannelWireGuard: NodeEvidence.shape.flannelWireGuard.optional() });

/** What one host said, or why it could not be asked. Both are evidence. */
const HostReading = z.object({
  host: z.string(),
  role: z
    .enum(['node', 'hub', 'peer', 'segment'])
    .describe('peer: one to compare with; segment: a host of the hub’s network that has no tunnel of its own'),
  instance: z.string().optional().describe('the instance that was asked: the one whose tag has the node’s name'),
  passive: z.discriminatedUnion('status', [
    z.object({ status: z.literal('read'), evidence: NodeEvidence }),
    z.object({ status: z.literal('unreachable'), reason: z.string() }),
  ]),
  runs: z
    .array(ProbeRun)
    .describe(
      'in the order of time; the first began when the host itself was read, and of the node and the peers when the hub’s first packets were answered or lost',
    ),
});

/** The control plane's own view of the node. */
const KubernetesView = z.object({
  ready: z.enum(['True', 'False', 'Unknown']),
  leaseAgeSeconds: z.number().nullable().describe('null: the lease could not be read'),
  fleetLeases: FleetLeases.optional().describe('of the whole cluster; absent: older code collected this'),
  kubelet: z.discriminatedUnion('type', [
    z.object({ type: z.literal('reachable') }),
    z.object({
      type: z.literal('unreachable'),
      reason: z.enum(['timeout', 'refused', 'bad-gateway', 'error']),
      detail: z.string(),
    }),
  ]),
});

/**
 * Everything a diagnosis is made from: one JSON value. Each host is read before its first packet; hub → node first, then node →
 * hub, because one packet from the node heals a stale NAT endpoint and destroys the evidence of it.
 */
export const Evidence = z.object({
  schema: z.literal(EVIDENCE_SCHEMA),
  collectedAt: z.int().describe('epoch milliseconds'),
  target: Target,
  flannelDevice: DeviceName.nullable().describe(
    'flannel’s own, of the overlay that the target’s Node object names; null: it has none',
  ),
  flannelDeviceV6: DeviceName.nullable()
    .optional()
    .describe('the same for IPv6; absent: the node has no IPv6 pod network, or older code collected this'),
  wireguardDevice: DeviceName,
  agent: z.enum(['online', 'offline', 'unknown']).describe('SSM ping status of the node'),
  kubernetes: KubernetesView,
  nodes: z
    .array(NodeObject)
    .readonly()
    .describe('every Node object of the cluster: the expected network is read from them'),
  readings: z.array(HostReading),
  leaves: z
    .array(z.string())
    .optional()
    .describe(
      'of a look at a hub: further nodes behind it that have an open incident and about which its tables differ. The hub ' +
        'sent to them too; they were not read',
    ),
  routeTables: z
    .array(RouteTableReading)
    .default([])
    .describe('the cloud’s route tables that are ours to read; none: none is configured'),
  inventory: Inventory.optional().describe(
    'the platform team’s own record, with the entries of the hosts in `readings` only; absent: nobody keeps one, or it ' +
      'cannot be used. It contradicts itself nowhere. What agrees with it is not only a node’s own word',
  ),
  inventoryUnusable: z.string().optional().describe('why the record that there is cannot be used'),
});

export type Evidence = z.infer<typeof Evidence>;
export type HostReading = z.infer<typeof HostReading>;
export type ProbeRun = z.infer<typeof ProbeRun>;

/** The nodes that the hub was looked at for besides the target. */
export function leavesOf({ leaves = [] }: Pick<Evidence, 'leaves'>): readonly string[] {
  return leaves;
}

/** The reading in a role, if that host was read. */
export function readingOf(evidence: Evidence, role: HostReading['role']): HostReading | undefined {
  return evidence.readings.find((reading) => reading.role === role);
}

/** The measured state of a reading, or undefined when the host could not be read. */
export function measuredBy(reading: HostReading | undefined): NodeEvidence | undefined {
  return reading?.passive.status === 'read' ? reading.passive.evidence : undefined;
}

export function readingOn(readings: readonly HostReading[], host: string): HostReading | undefined {
  return readings.find((reading) => reading.host === host);
}

/** The same of a host by its name. */
export function measuredOn(readings: readonly HostReading[], host: string): NodeEvidence | undefined {
  return measuredBy(readingOn(readings, host));
}

/** Why the host could not be read; undefined when it was. */
export function whyUnread({ passive }: HostReading): string | undefined {
  return passive.status === 'unreachable' ? passive.reason : undefined;
}

/** Facts that a later script added: a reading without them was made by an older one. */
const addedFacts = [
  'rules',
  'ways',
  'counters',
  'kernel',
  'machineId',
  'netConf',
  'serviceRules',
  'ipv6',
  'txChecksum',
  'flows',
] as const;

/** True when the host could read what it was asked for; what was not seen, or not asked for, allows no conclusion. */
export function sees(measured: NodeEvidence, what: string): boolean {
  const added = addedFacts.find((fact) => fact === what);
  if (added !== undefined && measured[added] === undefined) return false;
  return !measured.unseen.some((gap) => gap.what === what);
}

export function seesAll(measured: NodeEvidence, whats: readonly string[]): boolean {
  return whats.every((what) => sees(measured, what));
}
