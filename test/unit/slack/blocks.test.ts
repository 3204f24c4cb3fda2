import { describe, expect, it } from 'vitest';
import { approvalMessage, noticeMessage, settledApprovalMessage } from '../../../adapters/slack/blocks.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';

describe('the question', () => {
  it('carries approval and plan in both buttons', () => {
    const approval = approvalOf();
    const actions = approvalMessage(approval).blocks.find((block) => block['type'] === 'actions');
    const values = JSON.stringify(actions);
    expect(values.match(new RegExp(approval.planDigest, 'g'))).toHaveLength(2);
    expect(values).toContain('restitch_approve');
    expect(values).toContain('restitch_deny');
  });

  it('stays below what Slack takes, however long the plan, and says how much is not shown', () => {
    const planLines = Array.from(
      { length: 3_000 },
      (_, index) => `gpu-1: fdb replace 0a:58:0a:2a:00:00 dst 10.0.1.${index} dev flannel.1`,
    );
    const { blocks } = approvalMessage(approvalOf({ planLines }));
    const texts = blocks.flatMap((block) => [JSON.stringify(block['text'] ?? '').length]);
    expect(Math.max(...texts)).toBeLessThan(3_100);
    expect(JSON.stringify(blocks)).toMatch(/… and \d+ more/);
  });
});

describe('the settled question', () => {
  it('has no buttons and says who decided', () => {
    const message = settledApprovalMessage(
      approvalOf({ status: 'approved', decidedBy: { id: 'U1', name: 'alice' }, decidedAt: 1 }),
    );
    expect(message.blocks.some((block) => block['type'] === 'actions')).toBe(false);
    expect(message.text).toContain('approved by alice');
  });
});

describe('the notice', () => {
  it('shows the latest lines that fit, and says how many came before', () => {
    const timeline = Array.from({ length: 30 }, (_, index) => `line ${index} ${'x'.repeat(600)}`);
    const blocks = JSON.stringify(noticeMessage({ incident: incidentOf(), timeline }).blocks);
    expect(blocks).toContain('line 29');
    expect(blocks).toContain('… 26 earlier lines');
    expect(blocks.length).toBeLessThan(4_000);
  });
});

describe('text from outside', () => {
  it('cannot mention, link or format', () => {
    const message = noticeMessage({ incident: incidentOf(), timeline: ['<!channel> & <http://evil|click>'] });
    expect(JSON.stringify(message.blocks)).toContain('&lt;!channel&gt; &amp; &lt;http://evil|click&gt;');
  });
});
