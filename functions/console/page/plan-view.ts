import type { DiffLine, DiffPart } from '../../../core/console/plan-diff.ts';
import type { CasePlan } from '../read-case.ts';
import { el } from './element.ts';

/** Of each host at first; the rest opens. */
const MOST_LINES = 12;

const spoken: Readonly<Record<DiffLine['sign'], string>> = { '+': 'adds', '~': 'changes', '-': 'removes', '=': 'does' };

/** The plan as a diff: what is there now with −, what will be with +. */
export function planParts({ parts }: CasePlan): readonly Node[] {
  if (parts.length === 0) return [el('p', { class: 'empty' }, 'It changes no host.')];
  return parts.map((part, index) => partOf(part, index));
}

function partOf({ place, lines }: DiffPart, index: number): HTMLElement {
  const rest = lines.slice(MOST_LINES);
  return el(
    'div',
    { class: 'diff' },
    el('h4', {}, place === '' ? 'Steps' : place),
    el('ul', {}, ...lines.slice(0, MOST_LINES).map(lineOf)),
    rest.length === 0
      ? undefined
      : el(
          'details',
          { 'data-key': `plan ${index}` },
          el('summary', { 'data-key': `plan ${index} title` }, `${rest.length} more lines`),
          el('ul', {}, ...rest.map(lineOf)),
        ),
  );
}

function lineOf({ sign, line, now }: DiffLine): HTMLElement {
  const removed = now === null || sign === '=' ? undefined : el('del', {}, mark('−', 'now: '), now);
  if (sign === '=') return el('li', {}, el('span', { class: 'step' }, line));
  if (sign === '-') return el('li', {}, removed, el('del', {}, mark('−', `${spoken[sign]}: `), line));
  return el('li', {}, removed, el('ins', {}, mark('+', `${spoken[sign]}: `), line));
}

/** A sign for the eye, and a word for those who hear it. */
function mark(sign: string, word: string): HTMLElement {
  return el(
    'span',
    {},
    el('span', { 'aria-hidden': 'true', class: 'mark' }, sign),
    el('span', { class: 'hidden' }, word),
  );
}
