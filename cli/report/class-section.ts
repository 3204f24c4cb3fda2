import { type Bar, barChart, stacked, type Tone } from './bar-chart.ts';
import type { ClassFigures } from './class-figures.ts';
import { type Ending, endings } from './ending.ts';
import { type Html, html } from './html.ts';
import { type Row, table } from './table.ts';
import { shareHtml } from './words.ts';

const shown: Readonly<Record<Ending, { readonly tone: Tone; readonly name: string }>> = {
  repaired: { tone: 'good', name: 'repaired unasked' },
  'self-recovered': { tone: 'calm', name: 'recovered by itself' },
  'with-a-person': { tone: 'warn', name: 'with a person' },
  other: { tone: 'rest', name: 'other' },
};

const columns = [
  { title: 'Class', isNumber: false },
  { title: 'Incidents', isNumber: true },
  ...endings.map((ending) => ({
    title: `${shown[ending].name[0]?.toUpperCase()}${shown[ending].name.slice(1)}`,
    isNumber: true,
  })),
  { title: 'Ended without a person', isNumber: true },
  { title: 'Repairs that stayed', isNumber: true },
];

/** How many incidents each class had, how they ended, and how well the class is handled. */
export function classSection(all: ClassFigures, byClass: readonly ClassFigures[]): Html {
  const summary = `Bar chart of incidents by class: ${byClass.map((each) => `${each.class} ${each.incidents}`).join(', ')}.`;
  const legend = endings.map((ending) => [shown[ending].tone, shown[ending].name] as const);
  return html`<section aria-labelledby="classes"><h2 id="classes">Incidents by class</h2>
<p>By how they ended. The class is what the last look that found a fault has found.</p>
${barChart(byClass.map(barOf), legend, summary)}
${table('Incidents by class', columns, byClass.map(rowOf), rowOf({ ...all, class: 'All' }))}
</section>`;
}

function barOf({ class: name, incidents, ended }: ClassFigures): Bar {
  const parts = endings.map((ending) => ({ tone: shown[ending].tone, value: ended[ending] }));
  return { label: name, pieces: stacked(parts), text: String(incidents) };
}

function rowOf({ class: name, incidents, ended, autonomy, precision }: ClassFigures): Row {
  return [
    html`${name}`,
    html`${incidents}`,
    ...endings.map((ending) => html`${ended[ending]}`),
    shareHtml(autonomy),
    shareHtml(precision),
  ];
}
