import type { CaseQuestion } from '../read-case.ts';
import { el } from './element.ts';
import { countdown } from './words.ts';

export interface QuestionInput {
  readonly now: number;
  readonly nameOf: (id: string) => string;
  readonly toMessage: (() => void) | undefined;
  /** Where the page belongs to a stack, and nothing is answered on it. */
  readonly stack: string | null;
}

/** A question, who may answer it, how long it stays open in the reader's own time, and what happens then. */
export function questionPart({ approval, mayAnswer }: CaseQuestion, input: QuestionInput): HTMLElement {
  const { stage, status, reason, expiresAt, atRisk = [], brief, planDigest } = approval;
  const isOpen = status === 'pending' && input.now < expiresAt;
  const until = new Date(expiresAt).toLocaleTimeString([], { hour12: false });
  const pairs = [
    ['Why', reason],
    ['May answer', mayAnswer.map(input.nameOf).join(', ') || 'nobody: the list of approvers is empty'],
    ...(atRisk.length === 0 ? [] : [['At risk', atRisk.join('; ')]]),
    ...(brief === undefined ? [] : budgetPairs(brief)),
    ['Plan', planDigest.slice(0, 12)],
  ];
  return el(
    'section',
    { class: `question ${isOpen ? 'asks' : ''}`, 'aria-labelledby': 'question-title' },
    el(
      'h3',
      { id: 'question-title' },
      isOpen ? `May ${stage} go ahead?` : `Question about ${stage}: ${answered(approval, input)}`,
    ),
    isOpen
      ? el(
          'p',
          { class: 'expiry' },
          `Open until ${until}, `,
          el('span', { class: 'countdown', 'data-until': expiresAt }, countdown(expiresAt, input.now)),
          ' left',
        )
      : undefined,
    el(
      'dl',
      { class: 'facts' },
      ...pairs.map(([name = '', text = '']) => el('div', {}, el('dt', {}, name), el('dd', {}, text))),
    ),
    isOpen && input.toMessage !== undefined
      ? el(
          'button',
          { type: 'button', class: 'primary', 'data-key': 'to message', click: input.toMessage },
          'Answer it',
        )
      : undefined,
    isOpen && input.stack !== null
      ? el(
          'p',
          {},
          'Answer it in Slack, or on the command line: ',
          el('code', {}, `restitch approvals ${approval.approvalId} --stack ${input.stack}`),
        )
      : undefined,
  );
}

function answered({ status, decidedBy, expiresAt }: CaseQuestion['approval'], { now, nameOf }: QuestionInput): string {
  if (status === 'pending') return now < expiresAt ? 'open' : 'nobody answered in time';
  const said = status === 'taken-over' ? 'taken over' : status;
  return decidedBy === null ? said : `${said} by ${decidedBy.name || nameOf(decidedBy.id)}`;
}

function budgetPairs({ budget, onExpiry }: NonNullable<CaseQuestion['approval']['brief']>): readonly string[][] {
  const uses = budget.map(({ scope, out, wanted, allowed }) => `${scope}: ${out + wanted} of ${allowed}`);
  return [
    ...(uses.length === 0 ? [] : [['Budget afterwards', uses.join('; ')]]),
    ['If nobody answers', expiryWords[onExpiry]],
  ];
}

const expiryWords: Readonly<Record<NonNullable<CaseQuestion['approval']['brief']>['onExpiry'], string>> = {
  'next-rung': 'the next rung is considered',
  quarantine: 'the node is quarantined',
  page: 'a person is called',
  hold: 'nothing more is done',
};
