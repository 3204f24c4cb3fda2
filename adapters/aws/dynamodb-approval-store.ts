import * as z from 'zod';
import { Approval, type ApprovalDecision, type ApprovalStore } from '../../core/safety/approval.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const Version = z.object({ version: z.int() });

interface StoredApproval {
  readonly approval: Approval;
  readonly version: number;
}

/** Approvals in the single table: one item each, consumed once by compare-and-set. */
export function createApprovalStore(table: Table): ApprovalStore {
  const read = async (approvalId: string): Promise<StoredApproval | undefined> => {
    const item = await table.get(keyOf(approvalId));
    return item && { approval: parseItem(Approval, item), version: parseItem(Version, item).version };
  };
  /** Decides on the stored approval and writes it back; starts over when another caller wrote in between. */
  const change = (
    approvalId: string,
    decide: (current: Approval) => { readonly next: Approval } | ApprovalDecision,
  ): Promise<ApprovalDecision> =>
    untilWon(async () => {
      const current = await read(approvalId);
      if (current === undefined) return { won: { type: 'missing' } };
      const decision = decide(current.approval);
      if ('type' in decision) return { won: decision };
      const won = await table.put(keyOf(approvalId), toItem(decision.next, current.version + 1), {
        type: 'version',
        version: current.version,
      });
      return won ? { won: { type: 'decided', approval: decision.next } } : 'lost';
    });
  return {
    create: async (approval) => {
      await table.put(keyOf(approval.approvalId), toItem(approval, 1), { type: 'free' });
      return (await read(approval.approvalId))?.approval ?? approval;
    },
    get: async (approvalId) => (await read(approvalId))?.approval,
    attach: async (approvalId, parts) => {
      await change(approvalId, (current) => ({ next: { ...current, ...parts } }));
      return (await read(approvalId))?.approval;
    },
    decide: (approvalId, planDigest, decision, by, now) =>
      change(approvalId, (approval) => {
        if (approval.planDigest !== planDigest) return { type: 'digest-mismatch' };
        if (approval.status !== 'pending') return { type: 'already', approval };
        if (now >= approval.expiresAt) return { type: 'expired', approval };
        return { next: { ...approval, status: decision, decidedBy: { ...by }, decidedAt: now } };
      }),
    settle: (approvalId, status, now) =>
      change(approvalId, (approval) => {
        if (approval.status !== 'pending') return { type: 'already', approval };
        if (status === 'expired' && now < approval.expiresAt) return { type: 'already', approval };
        return { next: { ...approval, status, decidedAt: now } };
      }),
    listPending: async () => (await table.list('approvals#pending')).map((item) => parseItem(Approval, item)),
  };
}

function keyOf(approvalId: string): Key {
  return { pk: `APPROVAL#${approvalId}`, sk: 'RECORD' };
}

function toItem(approval: Approval, version: number): Item {
  const listed = approval.status === 'pending' ? { list: 'approvals#pending', at: approval.requestedAt } : {};
  return { ...Approval.parse(approval), version, ...listed };
}
