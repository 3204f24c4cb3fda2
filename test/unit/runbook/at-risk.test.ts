import { describe, expect, it } from 'vitest';
import { approvalMessage } from '../../../adapters/slack/approval-message.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const asked = async (work: ReturnType<typeof createIncidentUnderTest>) => {
  work.commands.heals = ['bounce'];
  await work.start();
  await work.untilAsked();
  const [approval] = await work.approvals.listPending();
  return approval;
};

describe('the question before a stage that disturbs pods', () => {
  it('says which GPUs and which gangs it may hit', async () => {
    const work = createIncidentUnderTest();
    work.cluster.workload = {
      type: 'known',
      pods: [{ namespace: 'ml', name: 'train-0', gpus: 8, gang: 'train' }],
      gangs: [{ namespace: 'ml', name: 'train', pods: 4, nodes: 4 }],
    };
    const approval = await asked(work);
    const lines = ['8 GPUs in use by 1 pod: ml/train-0', 'ml/train spans 4 nodes: all of its 4 pods lose work'];
    expect(approval?.atRisk).toEqual(lines);
    expect(approval === undefined ? '' : JSON.stringify(approvalMessage(approval))).toContain(lines[1]);
  });

  it('is asked also where nobody may read the pods, and says so', async () => {
    const work = createIncidentUnderTest();
    work.cluster.readWorkload = async () => {
      throw new RestitchError('kubernetes', 'list pods: 503', { retryable: true });
    };
    expect((await asked(work))?.atRisk).toEqual(['what runs on the node is not known: list pods: 503']);
  });
});
