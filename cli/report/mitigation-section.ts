import { counted } from '../../core/counted.ts';
import { type Bar, barChart } from './bar-chart.ts';
import { type Html, html } from './html.ts';
import type { MitigationFigures, SegmentFigures } from './mitigation-figures.ts';
import { type Row, table } from './table.ts';
import { lengthText } from './words.ts';

const columns = [
  { title: 'Segment', isNumber: false },
  { title: 'Median', isNumber: true },
  { title: '90th percentile', isNumber: true },
  { title: 'Known of', isNumber: true },
  { title: 'Remark', isNumber: false },
];

/** Where the time goes between the alert and a verified repair. */
export function mitigationSection({ incidents, inAll, segments }: MitigationFigures): Html {
  const heading = html`<h2 id="time">Time to mitigate</h2>`;
  if (incidents === 0)
    return html`<section aria-labelledby="time">${heading}<p>No incident ended with a repair.</p></section>`;
  const known = segments.filter(({ count }) => count > 0);
  const summary = `Bar chart of the time by segment, median: ${known.map((each) => `${each.name} ${text(each.median)}`).join(', ')}.`;
  const legend = [['good', 'median'] as const, ['calm', '90th percentile'] as const];
  return html`<section aria-labelledby="time">${heading}
<p>From the alert to the end of the verification, for ${counted(incidents, 'repaired incident')}, by what the time went to.</p>
${barChart(known.filter(({ p90 }) => p90 !== 0).map(barOf), legend, summary)}
${table('Time to mitigate by segment', columns, segments.map(rowOf), rowOf({ name: 'In all', ...inAll, why: null }))}
</section>`;
}

function barOf({ name, median, p90 }: SegmentFigures): Bar {
  const pieces = [
    { tone: 'calm' as const, from: 0, to: p90 ?? 0 },
    { tone: 'good' as const, from: 0, to: median ?? 0 },
  ];
  return { label: name, pieces, text: `${text(median)} · ${text(p90)}` };
}

function rowOf({ name, median, p90, count, why }: Omit<SegmentFigures, 'name'> & { readonly name: string }): Row {
  return [
    html`${name}`,
    html`${text(median)}`,
    html`${text(p90)}`,
    html`${count}`,
    html`<span class="quiet">${why ?? ''}</span>`,
  ];
}

function text(seconds: number | null): string {
  return seconds === null ? '–' : lengthText(seconds);
}
