import type { PathPair } from '../../../core/evidence/path-matrix.ts';
import type { CaseLook } from '../read-case.ts';
import { el } from './element.ts';
import { ago } from './words.ts';

type Fared = PathPair['small'];

/** Why we believe it: what was expected and what was found, side by side; then the reasons, and who reaches whom. */
export function lookParts(look: CaseLook, now: number): readonly Node[] {
  const { diagnosis, compared, at } = look;
  const { cause, hostAtFault, confidence } = diagnosis;
  const where = hostAtFault === null ? '' : ` on ${hostAtFault}`;
  return [
    el('h3', {}, 'Evidence'),
    el('p', {}, `${diagnosis.class} (${cause})${where}, confidence ${confidence.toFixed(2)}, ${ago(at, now)}`),
    ...(compared.facts.length === 0 ? [] : [comparison(look)]),
    list('because', diagnosis.because, 'Because'),
    ...(diagnosis.despite.length === 0 ? [] : [list('despite', diagnosis.despite, 'Against it')]),
    details(
      'others',
      `Why nothing else (${diagnosis.against.length})`,
      el('ul', { class: 'plain' }, ...diagnosis.against.map((each) => el('li', {}, `${each.class}: ${each.why}`))),
    ),
    details('paths', 'Who reaches whom', paths(look)),
  ];
}

function comparison({ compared: { facts, leftOut } }: CaseLook): HTMLElement {
  const rows = facts.map(({ what, expected, actual }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, what),
      el('td', { class: 'expected', 'data-label': 'expected' }, expected),
      el('td', { class: 'actual', 'data-label': 'actual' }, actual),
    ),
  );
  const more = leftOut === 0 ? '' : `; ${leftOut} more are in the receipt`;
  return scrolled(
    'Expected and actual',
    el(
      'table',
      { class: 'compared' },
      el('caption', {}, `Expected and actual${more}`),
      el('thead', {}, el('tr', {}, ...['What', 'Expected', 'Actual'].map((name) => el('th', { scope: 'col' }, name)))),
      el('tbody', {}, ...rows),
    ),
  );
}

function list(key: string, sentences: readonly string[], title: string): HTMLElement {
  const shown = sentences.slice(0, 3).map((sentence) => el('li', {}, sentence));
  const rest = sentences.slice(3);
  const more = details(key, `${rest.length} more`, el('ul', {}, ...rest.map((sentence) => el('li', {}, sentence))));
  return el(
    'div',
    { class: 'reasons' },
    el('h4', {}, title),
    el('ul', {}, ...shown),
    rest.length === 0 ? undefined : more,
  );
}

function paths({ paths: { families, unread } }: CaseLook): HTMLElement {
  const rows = families.flatMap(({ family, pairs }) =>
    pairs.map(({ from, to, tunnel, small, full, tcp }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, `${from} → ${to}${family === 'ipv6' ? ' (IPv6)' : ''}`),
        ...[tunnel, small, full, tcp].map((fared) =>
          el('td', { class: fared?.state ?? 'unmeasured' }, faredWords(fared)),
        ),
      ),
    ),
  );
  const head = ['From → to', 'tunnel', 'small', 'full size', 'TCP'].map((name) => el('th', { scope: 'col' }, name));
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
  const notRead = unread.map(({ host, reason }) => el('p', { class: 'warn' }, `${host} was not read: ${reason}`));
  return el('div', {}, scrolled('Who reaches whom', table), ...notRead);
}

function faredWords(fared: Fared): string {
  if (fared === null) return '– not measured';
  const { state, sent, received } = fared;
  if (state === 'passed') return '✓ passes';
  if (state === 'too-long') return '↕ too long';
  return `${state === 'lost' ? '✕ lost' : '~ degraded'}, ${received} of ${sent}`;
}

function details(key: string, title: string, body: HTMLElement): HTMLElement {
  return el('details', { 'data-key': key }, el('summary', { 'data-key': `${key} title` }, title), body);
}

function scrolled(label: string, table: HTMLElement): HTMLElement {
  return el('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': label }, table);
}
