import * as z from 'zod';
import { Approval, type ApprovalDecision, type ApprovalStore } from '../../core/safety/approval.ts';
import { judgeAnswer } from '../../core/safety/judge-answer.ts';
import { pack } from '../packed.ts';
import { changeItem } from './change-item.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';
import { unpackAttribute } from './unpack-attribute.ts';

interface NextApproval {
  readonly next: Approval;
  readonly as?: 'decided' | 'counted' | 'snoozed';
}

/** Approvals in the single table: one item each, consumed once by compare-and-set. */
export function createApprovalStore(table: Table): ApprovalStore {
  const read = async (approvalId: string): Promise<Approval | undefined> => {
    const item = await table.get(keyOf(approvalId));
    return item && fromItem(item);
  };
  /** Decides on the stored approval and writes it back; starts over when another caller wrote in between. */
  const change = (
    approvalId: string,
    decide: (current: Approval) => NextApproval | ApprovalDecision,
  ): Promise<ApprovalDecision> =>
    changeItem<ApprovalDecision>(table, keyOf(approvalId), (item) => {
      if (item === undefined) return { type: 'leave', result: { type: 'missing' } };
      const decision = decide(fromItem(item));
      if ('type' in decision) return { type: 'leave', result: decision };
      const { next, as = 'decided' } = decision;
      return { type: 'put', item: toItem(next, nextVersion(item)), result: { type: as, approval: next } };
    });
  return {
    create: async (approval) => {
      await table.put(keyOf(approval.approvalId), toItem(approval, 1), { type: 'free' });
      return (await read(approval.approvalId)) ?? approval;
    },
    get: read,
    attach: async (approvalId, parts) => {
      await change(approvalId, (current) => ({ next: { ...current, ...parts } }));
      return read(approvalId);
    },
    decide: (approvalId, answer, now, mayAnswer, yesesNow) =>
      change(approvalId, (approval) => {
        const judged = judgeAnswer(approval, answer, now, mayAnswer, yesesNow);
        return judged.type === 'store' ? { next: judged.next, as: judged.as } : judged.decision;
      }),
    escalate: async (approvalId, now, must) => {
      const { type } = await change(approvalId, (approval) =>
        must(approval) ? { next: { ...approval, escalatedAt: now } } : { type: 'already', approval },
      );
      return type === 'decided';
    },
    settle: (approvalId, status, now) =>
      change(approvalId, (approval) => {
        if (approval.status !== 'pending') return { type: 'already', approval };
        if (status === 'expired' && now < approval.expiresAt) return { type: 'already', approval };
        return { next: { ...approval, status, decidedAt: now } };
      }),
    listPending: async () => (await table.list('approvals#pending')).map(fromItem),
  };
}

function keyOf(approvalId: string): Key {
  return { pk: `APPROVAL#${approvalId}`, sk: 'RECORD' };
}

function toItem(approval: Approval, version: number): Item {
  const listed = approval.status === 'pending' ? { list: 'approvals#pending', at: approval.requestedAt } : {};
  const { planLines, ...parts } = Approval.parse(approval);
  const lines =
    planLines.length <= MOST_PLAIN_LINES
      ? { planLines }
      : { planLines: [], [PACKED_LINES]: pack(JSON.stringify(planLines)) };
  return { ...parts, ...lines, version, ...listed };
}

/** An item holds 400 KB in all: the lines of a longer plan are compressed. */
const MOST_PLAIN_LINES = 500;
const PACKED_LINES = 'packedLines';

function fromItem(item: Item): Approval {
  const approval = parseItem(Approval, item);
  const packed = item[PACKED_LINES];
  if (!(packed instanceof Uint8Array)) return approval;
  return { ...approval, planLines: unpackAttribute(z.array(z.string()), packed, item) };
}
