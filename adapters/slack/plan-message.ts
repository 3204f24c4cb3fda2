import { counted } from '../../core/counted.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { NEXT_PAGE_ACTION, type PlanButton, PREVIOUS_PAGE_ACTION } from './approval-button.ts';
import { type Block, button, context, type SlackMessage, section } from './block-kit.ts';
import { escapeCode, escapeLine } from './escape-mrkdwn.ts';

/** A page stays below what Slack takes in one message. */
const SECTIONS_OF_PAGE = 4;
const MOST_OF_SECTION = 2_900;

/**
 * One page of a plan, every line of it as it is, for the eyes of the person who asked. `page` counts from 0; beyond the last page it is
 * the last.
 */
export function planMessage(approval: Approval, page: number): SlackMessage {
  const { approvalId, planDigest, stage, target, planLines } = approval;
  const sections = sectionsOf(planLines);
  const pages = Math.max(1, Math.ceil(sections.length / SECTIONS_OF_PAGE));
  const current = Math.min(page, pages - 1);
  const first = current * SECTIONS_OF_PAGE;
  const position = pages === 1 ? '' : `, page ${current + 1} of ${pages}`;
  const lines = counted(approval.brief?.lineCount ?? planLines.length, 'line');
  const title = escapeLine(`Plan of ${stage} on ${target.node}: ${lines}${position}`);
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...sections.slice(first, first + SECTIONS_OF_PAGE).map((text) => section(`\`\`\`${text}\`\`\``)),
      context(`Plan ${escapeLine(`${planDigest.slice(0, 12)} · ${approvalId}`)}`),
      ...pageButtons(approvalId, current, pages),
    ],
  };
}

function pageButtons(approvalId: string, page: number, pages: number): readonly Block[] {
  const to = (label: string, actionId: string, target: number): Block => {
    const value: PlanButton = { approvalId, page: target };
    return button({ label, actionId, value });
  };
  const elements = [
    ...(page > 0 ? [to('Previous page', PREVIOUS_PAGE_ACTION, page - 1)] : []),
    ...(page < pages - 1 ? [to('Next page', NEXT_PAGE_ACTION, page + 1)] : []),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'restitch_plan_pages', elements }];
}

/** The lines in portions that fit into one section each. */
function sectionsOf(lines: readonly string[]): readonly string[] {
  const sections: string[] = [];
  let current = '';
  for (const line of lines.flatMap((each) => inParts(escapeCode(each)))) {
    if (current !== '' && current.length + line.length + 1 > MOST_OF_SECTION) {
      sections.push(current);
      current = '';
    }
    current = current === '' ? line : `${current}\n${line}`;
  }
  return current === '' ? sections : [...sections, current];
}

/** A line that alone is longer than a section goes on in the next, never cut in the middle of a character. */
function inParts(line: string): readonly string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > MOST_OF_SECTION) {
    const cut = rest
      .slice(0, MOST_OF_SECTION)
      .replace(/&[a-z]{0,4}$/, '')
      .replace(/[\uD800-\uDBFF]$/, '');
    parts.push(cut);
    rest = rest.slice(cut.length);
  }
  return [...parts, rest];
}
