import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { Approval, type ApprovalDecision, type ApprovalStore } from '../../core/safety/approval.ts';
import { judgeAnswer } from '../../core/safety/judge-answer.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const Version = z.object({ version: z.int() });

interface StoredApproval {
  readonly approval: Approval;
  readonly version: number;
}

interface NextApproval {
  readonly next: Approval;
  readonly as?: 'decided' | 'counted' | 'snoozed';
}

/** Approvals in the single table: one item each, consumed once by compare-and-set. */
export function createApprovalStore(table: Table): ApprovalStore {
  const read = async (approvalId: string): Promise<StoredApproval | undefined> => {
    const item = await table.get(keyOf(approvalId));
    return item && { approval: fromItem(item), version: parseItem(Version, item).version };
  };
  /** Decides on the stored approval and writes it back; starts over when another caller wrote in between. */
  const change = (
    approvalId: string,
    decide: (current: Approval) => NextApproval | ApprovalDecision,
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
      return won ? { won: { type: decision.as ?? 'decided', approval: decision.next } } : 'lost';
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
      : { planLines: [], [PACKED_LINES]: gzipSync(JSON.stringify(planLines)) };
  return { ...parts, ...lines, version, ...listed };
}

/** An item holds 400 KB in all: the lines of a longer plan are compressed. */
const MOST_PLAIN_LINES = 500;
const PACKED_LINES = 'packedLines';
/** No plan that was packed here unpacks to more. */
const MOST_UNPACKED_BYTES = 16 * 1_024 * 1_024;

function fromItem(item: Item): Approval {
  const approval = parseItem(Approval, item);
  const packed = item[PACKED_LINES];
  if (!(packed instanceof Uint8Array)) return approval;
  const text = gunzipSync(packed, { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8');
  return { ...approval, planLines: z.array(z.string()).parse(JSON.parse(text)) };
}
