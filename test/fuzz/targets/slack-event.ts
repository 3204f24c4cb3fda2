import { decideApproval } from '../../../functions/approval/approval.ts';
import { answerMention, type Mention } from '../../../functions/approval/mention.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { signedEvent } from '../../fakes/slack-click.ts';
import { mentionOf } from '../../fakes/slack-mention.ts';
import { answerOf } from '../answer-of.ts';
import { orderPorts, orderSettings } from '../order-ports.ts';
import type { FuzzTarget } from '../target.ts';
import { createWrittenLog } from '../written-log.ts';

/** What Slack sends as JSON, rightly signed: a mention of the app, and its check of the address. */
export const slackEvent: FuzzTarget = {
  name: 'slack-event',
  samples: [
    { token: 'XXYYZZ', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P', type: 'url_verification' },
    mentionOf(),
    mentionOf({ text: 'pause all the network is being moved for 4h' }),
    mentionOf({ text: 'explain lab-1.gpu-1.1' }),
    mentionOf({ bot: 'B0001' }),
  ].map((event) => JSON.stringify(event)),
  format: 'json',
  share: 10,
  receive: async (body) => {
    const { ports, settings, clock } = await createApprovalUnderTest();
    const { log, lines } = createWrittenLog();
    const orders = await orderPorts(clock.now, log);
    const replied: string[] = [];
    const replies: typeof orders.replies = {
      ...orders.replies,
      answer: (reply) => {
        replied.push(reply.text);
        return orders.replies.answer(reply);
      },
    };
    const given = (mention: Mention) => answerMention(mention, { ...orders, replies }, orderSettings);
    const event = signedEvent(body, SECRET, clock.now(), { headers: { 'content-type': 'application/json' } });
    const response = await decideApproval(event, { ...ports, answerMention: given, log }, settings);
    const answer = answerOf(response, [200, 400]);
    return { ...answer, logged: lines, slack: replied };
  },
};
