import { decideApproval } from '../../../functions/approval/approval.ts';
import { answerSlashCommand } from '../../../functions/approval/slash-command.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { signedEvent } from '../../fakes/slack-click.ts';
import { slackCommandFields } from '../../fakes/slack-command.ts';
import { answerOf } from '../answer-of.ts';
import { orderPorts, orderSettings } from '../order-ports.ts';
import { slackTexts } from '../slack-texts.ts';
import type { FuzzTarget } from '../target.ts';
import { createWrittenLog } from '../written-log.ts';

const orders = [
  '',
  'status',
  'incidents',
  'who',
  'explain lab-1.gpu-1.1',
  'pause all the network is being moved for 4h',
  'pause pool=a100 new firmware until 2026-12-24T06:00:00Z',
  'resume cluster=lab-1',
  'allow cluster=lab-1 pool=a100 class=vxlan-wedge rung=bounce most=3 for 30m',
  'standing',
  'revoke 1',
];

/** The fields of a slash command, as JSON here; they are sent as Slack sends them, rightly signed. */
export const slackCommand: FuzzTarget = {
  name: 'slack-command',
  samples: orders.map((text) => JSON.stringify(slackCommandFields({ text }))),
  format: 'json',
  share: 10,
  receive: async (input) => {
    const { ports, settings, clock } = await createApprovalUnderTest();
    const { log, lines } = createWrittenLog();
    const orderedWith = await orderPorts(clock.now, log);
    const answerCommand = (form: URLSearchParams) => answerSlashCommand(form, orderedWith, orderSettings);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const event = signedEvent(formOf(input), SECRET, clock.now(), { headers });
    const response = await decideApproval(event, { ...ports, answerCommand, log }, settings);
    const answer = answerOf(response, [200, 400]);
    return { ...answer, logged: lines, slack: slackTexts(JSON.parse(response.body)) };
  },
};

/** The fields as a form; what is no JSON of fields is the body as it is. */
function formOf(input: string): string {
  try {
    const fields: unknown = JSON.parse(input);
    if (typeof fields !== 'object' || fields === null) return input;
    const pairs = Object.entries(fields).map(([key, value]: [string, unknown]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return new URLSearchParams(pairs).toString();
  } catch {
    return input;
  }
}
