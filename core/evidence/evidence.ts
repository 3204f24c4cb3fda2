import * as z from 'zod';
import { Target } from '../alert/target.ts';
import { NodeEvidence } from './node-evidence.ts';
import { NodeObject } from './node-object.ts';

export const EVIDENCE_SCHEMA = 'restitch/evidence/1';

/** What one host said, or why it could not be asked. Both are evidence. */
const HostReading = z.object({
  host: z.string(),
  role: z.enum(['node', 'hub', 'peer']),
  passive: z.discriminatedUnion('status', [
    z.object({ status: z.literal('read'), evidence: NodeEvidence }),
    z.object({ status: z.literal('unreachable'), reason: z.string() }),
  ]),
  /** Probe results, taken after every passive reading was in; null when the host could not be probed. */
  probes: NodeEvidence.shape.probes.nullable(),
});

/** The control plane's own view of the node. */
const KubernetesView = z.object({
  ready: z.enum(['True', 'False', 'Unknown']),
  leaseAgeSeconds: z.number().nullable().describe('null: the lease could not be read'),
  kubelet: z.object({ reachable: z.boolean(), detail: z.string() }),
});

/**
 * Everything a diagnosis is made from: one JSON value. Collected passive first (both ends), then hub → node, then node →
 * hub, because one packet from the node heals a stale NAT endpoint and destroys the evidence of it.
 */
export const Evidence = z.object({
  schema: z.literal(EVIDENCE_SCHEMA),
  collectedAt: z.int().describe('epoch milliseconds'),
  target: Target,
  vxlanDevice: z.string(),
  wireguardDevice: z.string(),
  agent: z.enum(['online', 'offline', 'unknown']).describe('SSM ping status of the node'),
  kubernetes: KubernetesView,
  nodes: z.array(NodeObject).describe('every Node object of the cluster: the expected network is read from them'),
  readings: z.array(HostReading),
});

export type Evidence = z.infer<typeof Evidence>;
export type HostReading = Evidence['readings'][number];

/** The reading in a role, if that host was read. */
export function readingOf(evidence: Evidence, role: HostReading['role']): HostReading | undefined {
  return evidence.readings.find((reading) => reading.role === role);
}

/** The measured state of a reading, or undefined when the host could not be read. */
export function measuredBy(reading: HostReading | undefined): NodeEvidence | undefined {
  return reading?.passive.status === 'read' ? reading.passive.evidence : undefined;
}
