import {
  APPROVE_ACTION,
  DENY_ACTION,
  SHOW_PLAN_ACTION,
  SNOOZE_ACTION,
  TAKE_OVER_ACTION,
} from '../../../adapters/slack/approval-button.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { signedEvent, slackClickPayload } from '../../fakes/slack-click.ts';
import { answerOf } from '../answer-of.ts';
import { slackTexts } from '../slack-texts.ts';
import type { FuzzTarget } from '../target.ts';
import { createWrittenLog } from '../written-log.ts';

const clicks = [APPROVE_ACTION, DENY_ACTION, TAKE_OVER_ACTION, SNOOZE_ACTION, SHOW_PLAN_ACTION];

/** A click on a button, rightly signed: the payload of `block_actions`. */
export const slackClick: FuzzTarget = {
  name: 'slack-click',
  samples: [
    ...clicks.map((action) => slackClickPayload({ action })),
    slackClickPayload({ typed: 'the rack is being moved', ephemeral: true }),
    slackClickPayload({ user: 'U0NOBODY', userTeam: 'T0002' }),
  ].map((payload) => JSON.stringify(payload)),
  format: 'json',
  share: 10,
  receive: async (payload) => {
    const { ports, settings, answers, clock } = await createApprovalUnderTest();
    const { log, lines } = createWrittenLog();
    const body = new URLSearchParams({ payload }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const event = signedEvent(body, SECRET, clock.now(), { headers });
    const answer = answerOf(await decideApproval(event, { ...ports, log }, settings), [200, 400]);
    return { ...answer, logged: lines, slack: answers.flatMap(slackTexts) };
  },
};
