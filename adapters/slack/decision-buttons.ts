import type { Approval } from '../../core/safety/approval.ts';
import { describeScope, FROM_QUESTION } from '../../core/safety/standing-approval.ts';
import {
  APPROVE_ACTION,
  APPROVE_NEXT_ACTION,
  type ApprovalButton,
  DENY_ACTION,
  REASON_INPUT,
  SNOOZE_ACTION,
  TAKE_OVER_ACTION,
} from './approval-button.ts';
import { type Block, button, plain } from './block-kit.ts';

/** What is typed here comes with the click on a button. */
export const reasonInput: Block = {
  type: 'input',
  block_id: REASON_INPUT,
  optional: true,
  label: plain('Why, for the next person (goes with Deny and Take over)'),
  element: { type: 'plain_text_input', action_id: REASON_INPUT, max_length: 300 },
};

/** The buttons of a question. The one for the next of its kind is there where a standing approval may answer. */
export function decisionButtons(approval: Approval): Block {
  const { approvalId, planDigest, stage, target, brief, reason } = approval;
  const value: ApprovalButton = { approvalId, planDigest };
  const handsOff = 'Nothing more is done for this incident.';
  const what = `${stage} on ${target.node} (${target.cluster})`;
  return {
    type: 'actions',
    block_id: 'restitch_decision',
    elements: [
      button({
        label: 'Approve',
        actionId: APPROVE_ACTION,
        style: 'primary',
        value,
        confirm: { title: `${stage} on ${target.node}?`, text: `${what}: ${brief?.summary.join('; ') ?? reason}` },
      }),
      ...andNext(approval, value),
      button({
        label: 'Deny',
        actionId: DENY_ACTION,
        style: 'danger',
        value,
        confirm: { title: `Deny ${stage} on ${target.node}?`, text: `Not done: ${what}. ${handsOff}` },
      }),
      button({
        label: 'Take over',
        actionId: TAKE_OVER_ACTION,
        value,
        confirm: {
          title: `Take over ${target.node}?`,
          text: `You work on ${target.node}. Not done: ${what}. ${handsOff} A cordon of Restitch on the node stays.`,
        },
      }),
      button({ label: 'Snooze 30 min', actionId: SNOOZE_ACTION, value }),
    ],
  };
}

function andNext({ standing: scope }: Approval, value: ApprovalButton): readonly Block[] {
  if (scope === undefined) return [];
  const { most, minutes } = FROM_QUESTION;
  const title = `Approve this and the next ${most}?`;
  const text = `This one. And for ${minutes} minutes, at most ${most} times, without asking: ${describeScope(scope)}. Any pause ends it.`;
  return [
    button({
      label: `Approve this and the next ${most} (${minutes} min)`,
      actionId: APPROVE_NEXT_ACTION,
      value,
      confirm: { title, text, button: 'Approve' },
    }),
  ];
}
