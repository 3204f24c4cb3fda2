import type { WorkItem } from '../../core/alert/work-item.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import type { Approval } from '../../core/safety/approval.ts';
import type { ApprovalBrief } from '../../core/safety/approval-brief.ts';

const T0 = Date.parse('2026-11-21T00:02:41.912Z');

/** A firing alert of lab-1/gpu-1 as intake queues it, with these parts. */
export function workItemOf(parts: Partial<WorkItem> = {}): WorkItem {
  return {
    schema: 'restitch/work-item/1',
    target: { cluster: 'lab-1', node: 'gpu-1' },
    fingerprint: '760a7c34fa5ce8f7',
    status: 'firing',
    startsAt: T0,
    alertname: 'FlannelVxlanWedge',
    severity: 'critical',
    summary: 'pods of gpu-1 answer nobody',
    hypothesis: 'vxlan-wedge',
    receivedAt: T0 + 30_000,
    ...parts,
  };
}

/** The first incident of lab-1/gpu-1, just opened, with these parts. */
export function incidentOf(parts: Partial<Incident> = {}): Incident {
  return {
    incidentId: 'lab-1.gpu-1.1',
    target: { cluster: 'lab-1', node: 'gpu-1' },
    sequence: 1,
    version: 1,
    run: 1,
    phase: 'opened',
    outcome: null,
    hypothesis: 'vxlan-wedge',
    diagnosis: null,
    alerts: [],
    tried: [],
    openedAt: T0 + 30_000,
    updatedAt: T0 + 30_000,
    closedAt: null,
    pending: null,
    claimed: false,
    ...parts,
  };
}

/** A pending question about the bounce of lab-1/gpu-1, good for fifteen minutes, with these parts. */
export function approvalOf(parts: Partial<Approval> = {}): Approval {
  return {
    approvalId: 'lab-1.gpu-1.1.bounce.1',
    incidentId: 'lab-1.gpu-1.1',
    target: { cluster: 'lab-1', node: 'gpu-1' },
    stage: 'bounce',
    planDigest: 'd'.repeat(64),
    planLines: ['gpu-1: link down, link up'],
    reason: 'takes the overlay of the node down for a moment',
    requestedAt: T0 + 60_000,
    expiresAt: T0 + 60_000 + 900_000,
    callbackId: null,
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
    ...parts,
  };
}

/** What the person who is asked about that bounce is told, with these parts. */
export function briefOf(parts: Partial<ApprovalBrief> = {}): ApprovalBrief {
  return {
    class: 'vxlan-wedge',
    cause: 'fdb-missing',
    hostAtFault: 'gpu-1',
    confidence: 0.97,
    because: ['14 forwarding entries differ', 'pods of gpu-1 answer nobody'],
    pools: ['a100'],
    site: 'paris',
    hub: 'hub-1',
    gpus: 8,
    summary: ['gpu-1: link flannel.1 down, then up', 'gpu-1: 14 neighbours, 14 forwarding entries, 14 routes'],
    lineCount: 43,
    tried: ['reconcile against vxlan-wedge (fdb-missing)'],
    budget: [{ scope: 'pool a100', members: 8, out: 1, wanted: 1, allowed: 2 }],
    onExpiry: 'quarantine',
    ...parts,
  };
}

export function receiptOf(parts: Partial<ReceiptEntry> = {}): ReceiptEntry {
  return {
    incidentId: 'lab-1.gpu-1.1',
    entryId: 'r0001.0001',
    at: T0 + 31_000,
    event: 'diagnosis',
    summary: 'diagnosis: vxlan-wedge',
    stage: null,
    operationKey: null,
    detail: null,
    ...parts,
  };
}
