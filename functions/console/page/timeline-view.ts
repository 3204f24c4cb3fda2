import type { ReceiptEntry } from '../../../core/incident/receipt.ts';
import type { Timeline } from '../../../core/incident/timeline.ts';
import { el } from './element.ts';

/** Where lines were left out, they are missing after the first ten. */
const FIRST_LINES = 10;

/** What happened, oldest first. A line that has more says it when it is opened. */
export function timelinePart(incidentId: string, { lines, leftOut }: Timeline): HTMLElement {
  const items = lines.map((line) => {
    const time = el(
      'time',
      { datetime: new Date(line.at).toISOString() },
      new Date(line.at).toLocaleTimeString([], { hour12: false }),
    );
    return el('li', {}, time, line.more ? withDetail(incidentId, line) : el('div', {}, line.summary));
  });
  const whole = `/api/incidents/${encodeURIComponent(incidentId)}/receipt`;
  if (leftOut > 0)
    items.splice(
      FIRST_LINES,
      0,
      el('li', {}, el('span', {}, '…'), el('a', { href: whole }, `${leftOut} lines left out: the whole receipt`)),
    );
  return el('ol', { class: 'timeline' }, ...items);
}

type Line = Timeline['lines'][number];

/** Details that were read once: the page is drawn again whenever something changes. */
const read = new Map<string, string>();

function withDetail(incidentId: string, { entryId, summary }: Line): HTMLElement {
  const key = `${incidentId} ${entryId}`;
  const detail = el('pre', {}, read.get(key) ?? '…');
  const ask = async () => {
    if (read.has(key)) return;
    const place = `/api/incidents/${encodeURIComponent(incidentId)}/receipt/${encodeURIComponent(entryId)}`;
    const response = await fetch(place);
    const answer: { readonly entry?: ReceiptEntry; readonly error?: string } = await response.json();
    const text =
      answer.entry === undefined ? (answer.error ?? `HTTP ${response.status}`) : detailText(answer.entry, summary);
    if (response.ok) read.set(key, text);
    detail.textContent = text;
  };
  return el(
    'details',
    { 'data-key': `entry ${entryId}`, toggle: () => void ask() },
    el('summary', { 'data-key': `entry ${entryId} title` }, summary),
    detail,
  );
}

function detailText(entry: ReceiptEntry, shown: string): string {
  const rest = entry.summary === shown ? [] : [entry.summary];
  const detail = entry.detail === null ? [] : [JSON.stringify(entry.detail, null, 2)];
  return [...rest, ...detail].join('\n\n');
}
