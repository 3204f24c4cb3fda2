import { describe, expect, it } from 'vitest';
import { approvalMessage, settledApprovalMessage } from '../../../adapters/slack/approval-message.ts';
import { noticeMessage } from '../../../adapters/slack/incident-message.ts';
import { planMessage } from '../../../adapters/slack/plan-message.ts';
import type { ApprovalBrief } from '../../../core/safety/approval-brief.ts';
import { approvalOf, briefOf, incidentOf } from '../../fakes/sample-records.ts';
import { buttonsIn, expectSlackTakes, textsIn } from './check-message.ts';

const allText = (message: { readonly blocks: readonly unknown[] }) => textsIn(message.blocks).join('\n');
const planOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `gpu-1: fdb replace 0a:58:0a:2a:00:00 dst 10.0.1.${index} dev flannel.1`);

describe('the question', () => {
  it('says where, what is wrong and why we believe it, the plan in short, the cost and the time', () => {
    const message = approvalMessage(approvalOf({ brief: briefOf(), atRisk: ['8 GPUs in use by 1 pod: ml/train-0'] }));
    expectSlackTakes(message);
    const said = allText(message);
    for (const part of [
      'Approve bounce on gpu-1?',
      'gpu-1 (lab-1)',
      'a100, paris, hub-1',
      'vxlan-wedge (fdb-missing), 97 % sure',
      '*GPUs at risk*\n8',
      '• 14 forwarding entries differ',
      '• gpu-1: 14 neighbours, 14 forwarding entries, 14 routes',
      'takes the overlay of the node down for a moment',
      '• reconcile against vxlan-wedge (fdb-missing)',
      '• pool a100: 1 of 8 nodes out of service now, 2 with this, 2 allowed',
      'Answer until <!date^',
      'If nobody answers, this is not done, and the node is quarantined.',
    ]) {
      expect(said).toContain(part);
    }
    expect(buttonsIn(message.blocks)).toEqual(['Show the whole plan', 'Approve', 'Deny', 'Take over', 'Snooze 30 min']);
  });

  it('offers to approve the next of its kind where that may be, and says what exactly', () => {
    const scope = { cluster: 'lab-1', pool: 'a100', class: 'vxlan-wedge', rung: 'bounce' } as const;
    const message = approvalMessage(approvalOf({ brief: briefOf(), standing: scope }));
    expectSlackTakes(message);
    expect(buttonsIn(message.blocks)).toContain('Approve this and the next 3 (30 min)');
    expect(allText(message)).toContain(
      'at most 3 times, without asking: bounce against vxlan-wedge in pool a100 of lab-1. Any pause ends it.',
    );
  });

  it('that a standing approval has answered says whose, how much is left, and how it ends', () => {
    const scope = { cluster: 'lab-1', pool: 'a100', class: 'vxlan-wedge', rung: 'bounce' } as const;
    const decidedBy = { id: 'U1', name: '*ann*', standing: { number: 7, use: 2, most: 3, until: 1_800_000 } };
    const message = settledApprovalMessage(
      approvalOf({ brief: briefOf(), standing: scope, status: 'approved', decidedBy, decidedAt: 0 }),
    );
    expectSlackTakes(message);
    expect(allText(message)).toContain('(standing approval 7, use 2 of 3)');
    expect(allText(message)).toContain('Nobody was asked: ∗ann∗ has allowed bounce against vxlan-wedge in pool a100');
    expect(allText(message)).toContain('1 of 3 left until <!date^1800^');
    expect(allText(message)).toContain('`/restitch revoke 7` ends it.');
    expect(buttonsIn(message.blocks)).toEqual(['Show the whole plan']);
  });

  it('asks again before a click that ends or begins something, and names node and action', () => {
    const { blocks } = approvalMessage(approvalOf({ brief: briefOf() }));
    const dialogs = JSON.stringify(blocks).match(/"confirm":\{"title"/g) ?? [];
    expect(dialogs).toHaveLength(3);
    expect(allText({ blocks })).toContain('bounce on gpu-1 (lab-1): gpu-1: link flannel.1 down, then up; gpu-1: 14');
  });

  it('tells whoever only hears it what decides', () => {
    const { text } = approvalMessage(approvalOf({ brief: briefOf() }));
    expect(text).toMatch(
      /^Approve bounce on gpu-1\? Cluster lab-1\. vxlan-wedge \(fdb-missing\), 97 % sure\. .*8 GPUs at risk\. Answer until <!date\^/,
    );
  });

  it('says who has said yes where two must, and who has put it off', () => {
    const two = approvalOf({ brief: briefOf(), yesesNeeded: 2 });
    expect(allText(approvalMessage(two))).toContain('*2 people must say yes.* Nobody has yet.');
    const ann = { id: 'U1', name: 'ann' };
    const said = allText(approvalMessage({ ...two, yeses: [ann], snoozedBy: ann }));
    expect(said).toContain('So far: ann.');
    expect(said).toContain('Snoozed by ann.');
  });

  it('of an older version, without a briefing, still shows its plan', () => {
    const message = approvalMessage(approvalOf({ planLines: planOf(401) }));
    expectSlackTakes(message);
    expect(allText(message)).toContain('Plan (401 lines)');
    expect(allText(message)).toContain('• and 391 more');
  });

  it.each<[string, Partial<ApprovalBrief>]>([
    [
      'nothing is known',
      { because: [], summary: [], tried: [], budget: [], pools: [], site: null, hub: null, gpus: null },
    ],
    ['everything is long', longBrief()],
  ])('fits into Slack where %s', (_, parts) => {
    const long = approvalOf({
      target: { cluster: 'c'.repeat(200), node: 'n'.repeat(253) },
      brief: briefOf(parts),
      reason: 'r'.repeat(4_000),
      atRisk: Array.from({ length: 200 }, () => '&'.repeat(500)),
      planLines: planOf(500),
      yesesNeeded: 2,
      yeses: [{ id: 'U1', name: '<'.repeat(300) }],
    });
    expectSlackTakes(approvalMessage(long));
    for (const status of ['approved', 'denied', 'taken-over', 'expired', 'withdrawn'] as const)
      expectSlackTakes(
        settledApprovalMessage({
          ...long,
          status,
          decidedBy: { id: 'U1', name: '&'.repeat(300), reason: '&'.repeat(300) },
        }),
      );
  });
});

function longBrief(): Partial<ApprovalBrief> {
  const many = (text: string) => Array.from({ length: 50 }, () => text);
  const scope = { scope: `pool ${'p'.repeat(300)}`, members: 1, out: 1, wanted: 1, allowed: 1 };
  return {
    because: many('<'.repeat(300)),
    summary: many('&'.repeat(300)),
    tried: many('t'.repeat(300)),
    pools: many('p'.repeat(63)),
    site: '>'.repeat(300),
    budget: Array.from({ length: 40 }, () => scope),
  };
}

describe('the settled question', () => {
  it.each([
    ['approved', 'bounce on gpu-1: approved by alice', 'It is done if a last look shows the same plan.'],
    ['denied', 'bounce on gpu-1: denied by alice', 'Nothing more is done for this incident. "training ends at noon"'],
    ['taken-over', 'bounce on gpu-1: taken over by alice', 'A person works on it'],
  ] as const)('that is %s says who and what, and keeps only the button for the plan', (status, title, what) => {
    const decided = { decidedBy: { id: 'U1', name: 'alice', reason: 'training ends at noon' }, decidedAt: 1 };
    const message = settledApprovalMessage(approvalOf({ brief: briefOf(), status, ...decided }));
    expect(message.text).toBe(title);
    expect(allText(message)).toContain(what);
    expect(buttonsIn(message.blocks)).toEqual(['Show the whole plan']);
  });

  it('says that it was decided on the command line, and as whom', () => {
    const decidedBy = { id: 'os:ann', name: 'ann', through: 'command-line', reason: 'jobs <!here>' } as const;
    const message = settledApprovalMessage(approvalOf({ status: 'denied', decidedBy, decidedAt: 1 }));
    expect(message.text).toBe('bounce on gpu-1: denied by ann (command line, os:ann)');
    expect(allText(message)).toContain('"jobs &lt;!here&gt;"');
  });

  it('that nobody answered says what follows', () => {
    const message = settledApprovalMessage(approvalOf({ brief: briefOf(), status: 'expired', decidedAt: 1 }));
    expect(allText(message)).toContain('Nobody answered: this is not done, and the node is quarantined.');
  });
});

describe('a settled question whose record is damaged', () => {
  it('is shown without its time', () => {
    const message = settledApprovalMessage(
      approvalOf({ status: 'denied', decidedBy: { id: 'U1', name: 'ann' }, decidedAt: 2 ** 53 - 1 }),
    );
    expect(JSON.stringify(message)).toContain('(no time: 9007199254740991)');
  });
});

describe('the whole plan', () => {
  const pagesOf = (planLines: readonly string[]) => {
    const approval = approvalOf({ planLines: [...planLines] });
    const pages = [];
    for (let page = 0; ; page++) {
      const message = planMessage(approval, page);
      expectSlackTakes(message);
      pages.push(message);
      if (!buttonsIn(message.blocks).includes('Next page')) return pages;
    }
  };
  const linesIn = (pages: readonly { readonly blocks: readonly unknown[] }[]) =>
    pages.flatMap(({ blocks }) =>
      textsIn(blocks).flatMap((text) => /^```([\s\S]*)```$/.exec(text)?.[1]?.split('\n') ?? []),
    );

  it.each([1, 44, 401, 5_000])('of %i lines is shown to its last line, page by page', (count) => {
    const pages = pagesOf(planOf(count));
    expect(linesIn(pages)).toEqual(planOf(count));
  });

  it('can be turned back, and a page beyond the end is the last', () => {
    const pages = pagesOf(planOf(401));
    expect(pages.length).toBeGreaterThan(1);
    expect(buttonsIn(pages.at(-1)?.blocks)).toEqual(['Previous page']);
    expect(planMessage(approvalOf({ planLines: planOf(401) }), 99)).toEqual(pages.at(-1));
  });

  it('shows a line that is longer than a section whole', () => {
    const line = `gpu-1: wg allowed-ips ${'10.0.0.0/8&<'.repeat(900)}`;
    const shown = linesIn(pagesOf([line])).join('');
    expect(shown.replaceAll('&lt;', '<').replaceAll('&amp;', '&')).toBe(line);
  });

  it('cuts no emoji in two where a line goes on', () => {
    const texts = textsIn(pagesOf([`x${'😀'.repeat(4_000)}`]).flatMap(({ blocks }) => blocks));
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);
  });

  it('cannot leave its code fence', () => {
    const [page] = pagesOf(['gpu-1: ``` *bold* <!channel>']);
    expect(textsIn(page?.blocks)).toContain('```gpu-1: ˋˋˋ *bold* &lt;!channel&gt;```');
  });
});

describe('the notice', () => {
  it('shows the latest lines that fit, and says how many came before', () => {
    const timeline = Array.from({ length: 30 }, (_, index) => `line ${index} ${'x'.repeat(600)}`);
    const message = noticeMessage({ incident: incidentOf(), timeline });
    expectSlackTakes(message);
    expect(allText(message)).toContain('line 29');
    expect(allText(message)).toContain('… 26 earlier lines');
  });

  it.each([
    [1, '*Holds*\n1 other incident'],
    [30, '*Holds*\n30 other incidents'],
  ])('of a storm says how many incidents it holds: %i', (holds, said) => {
    const message = noticeMessage({ incident: incidentOf({ holds }), timeline: [] });
    expectSlackTakes(message);
    expect(allText(message)).toContain(said);
    expect(allText(noticeMessage({ incident: incidentOf(), timeline: [] }))).not.toContain('Holds');
  });

  it('tells whoever only hears it the state and the latest line', () => {
    const { text } = noticeMessage({ incident: incidentOf(), timeline: ['opened', 'looking'] });
    expect(text).toBe('gpu-1 (lab-1): opened. looking');
  });
});

describe('text from outside', () => {
  const hostile = [
    '<!channel> & <http://evil.example|click>',
    '<@U0ALICE> approved this',
    '*Approved by alice* _really_ ~not~ `code`',
    'quiet\n• approved by alice\r\u2028• healed',
    'left\u202Eright\u0000\u0007\u200B',
    '```\nfence',
  ];
  const alert = { fingerprint: 'f', startsAt: 1, status: 'firing', summary: null, lastSeenAt: 1 } as const;

  it.each(hostile)('cannot mention, link, format or forge a line: %j', (text) => {
    const brief = briefOf({
      because: [text],
      summary: [text],
      tried: [text],
      pools: [text],
      site: text,
      hub: text,
      cause: text,
      hostAtFault: text,
      budget: [{ scope: text, members: 1, out: 0, wanted: 1, allowed: 1 }],
    });
    const target = { cluster: text, node: text };
    const by = { decidedBy: { id: 'U1', name: text, reason: text } };
    const approval = approvalOf({ brief, target, reason: text, atRisk: [text], planLines: [text], ...by });
    const incident = incidentOf({ target, alerts: [{ ...alert, alertname: text }] });
    const messages = [
      approvalMessage({
        ...approval,
        yesesNeeded: 2,
        yeses: [{ id: 'U1', name: text }],
        snoozedBy: { id: 'U1', name: text },
      }),
      settledApprovalMessage({ ...approval, status: 'denied' }),
      planMessage(approval, 0),
      noticeMessage({ incident, timeline: [text] }),
    ];
    for (const message of messages) {
      expectSlackTakes(message);
      for (const said of mrkdwnIn([message.blocks, { type: 'mrkdwn', text: message.text }])) {
        const own = said.replaceAll(/<!date\^[^>]*>/g, '').replaceAll(/^```|```$/g, '');
        expect(own.replaceAll('\n', '')).not.toMatch(/[<>\p{Cc}\p{Cf}\u2028]/u);
        expect(own).not.toContain('`');
        const foreign = said.startsWith('```') ? '' : own.replaceAll(/^\*[^*\n]+\*/g, '');
        expect(foreign).not.toMatch(/[*~]|(^|\s)_/);
        expect(own).not.toMatch(/^• (approved by alice|healed)/m);
      }
    }
  });
});

/** The text of every mrkdwn object. */
function mrkdwnIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(mrkdwnIn);
}
