import { Approval, type ApprovalDecision, type ApprovalStore } from '../../core/safety/approval.ts';
import { judgeAnswer } from '../../core/safety/judge-answer.ts';
import { createFaults, type Faults } from './faults.ts';

/** Approvals in memory; held to the same contract as the table by test/contract/store. */
export interface InMemoryApprovalStore extends ApprovalStore {
  readonly faults: Faults;
}

export function createInMemoryApprovalStore(): InMemoryApprovalStore {
  const approvals = new Map<string, Approval>();
  const faults = createFaults('store');
  const find = (id: string): Approval | undefined => structuredClone(approvals.get(id));
  const put = (approval: Approval): Approval => {
    approvals.set(approval.approvalId, Approval.parse(structuredClone(approval)));
    return approval;
  };
  const decided = (approval: Approval): ApprovalDecision => ({ type: 'decided', approval: put(approval) });
  return {
    faults,
    create: (approval) => faults.around('create', () => find(approval.approvalId) ?? put(approval)),
    get: (approvalId) => faults.around('get', () => find(approvalId)),
    attach: (approvalId, parts) =>
      faults.around('attach', () => {
        const current = find(approvalId);
        return current === undefined ? undefined : put({ ...current, ...parts });
      }),
    decide: (approvalId, answer, now, mayAnswer, yesesNow) =>
      faults.around('decide', (): ApprovalDecision => {
        const approval = find(approvalId);
        if (approval === undefined) return { type: 'missing' };
        const judged = judgeAnswer(approval, answer, now, mayAnswer, yesesNow);
        return judged.type === 'store' ? { type: judged.as, approval: put(judged.next) } : judged.decision;
      }),
    escalate: (approvalId, now, must) =>
      faults.around('escalate', () => {
        const approval = find(approvalId);
        if (approval === undefined || !must(approval)) return false;
        put({ ...approval, escalatedAt: now });
        return true;
      }),
    settle: (approvalId, status, now) =>
      faults.around('settle', (): ApprovalDecision => {
        const approval = find(approvalId);
        if (approval === undefined) return { type: 'missing' };
        if (approval.status !== 'pending') return { type: 'already', approval };
        if (status === 'expired' && now < approval.expiresAt) return { type: 'already', approval };
        return decided({ ...approval, status, decidedAt: now });
      }),
    listPending: () =>
      faults.around('listPending', () =>
        [...approvals.values()].filter(({ status }) => status === 'pending').map((one) => structuredClone(one)),
      ),
  };
}
