import { decideApproval } from '../../../functions/approval/approval.ts';
import { createApprovalUnderTest } from '../../fakes/approval-under-test.ts';
import { answerBody, answerEvent } from '../../fakes/webhook-answer.ts';
import { answerOf } from '../answer-of.ts';
import type { FuzzTarget } from '../target.ts';
import { createWrittenLog } from '../written-log.ts';

const statuses = [200, 202, 400, 403, 404, 409, 410];

/** What another tool posts to the approval webhook, rightly signed. */
export const approvalAnswer: FuzzTarget = {
  name: 'approval-answer',
  samples: [
    answerBody(),
    answerBody({ decision: 'denied', reason: 'the rack is being moved' }),
    answerBody({ decision: 'taken-over' }),
    answerBody({ decision: 'snoozed', by: { id: 'ben' } }),
    answerBody({ approvalId: 'lab-1.gpu-9.1.bounce.1' }),
  ],
  format: 'json',
  share: 10,
  receive: async (body) => {
    const approvers = ['webhook:ann@acme.example', 'webhook:ben'];
    const { ports, settings, clock } = await createApprovalUnderTest({}, { approvers });
    const { log, lines } = createWrittenLog();
    const event = answerEvent(body, clock.now());
    const answer = answerOf(await decideApproval(event, { ...ports, log }, settings), statuses);
    return { ...answer, logged: lines };
  },
};
