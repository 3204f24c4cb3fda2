import { counted } from '../../core/counted.ts';
import { callsSection } from './calls-section.ts';
import { classSection } from './class-section.ts';
import type { Figures } from './figures.ts';
import { type Html, html } from './html.ts';
import { linksSection } from './links-section.ts';
import { mitigationSection } from './mitigation-section.ts';
import { pageStyle } from './page-style.ts';
import { termsSection } from './terms-section.ts';
import { lengthText, percentText, timeHtml } from './words.ts';

/** The report as one HTML page that needs nothing else: no network, no script. `madeAt`: epoch milliseconds. */
export function reportPage(figures: Figures, madeAt: number): string {
  const { period, clusters } = figures;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Restitch: incident report</title>
${pageStyle}
</head>
<body>
<header><h1>Incident report</h1>
<p>${timeHtml(period.since)} to ${timeHtml(period.until)} UTC${clusters.length === 0 ? '' : ` · ${clusters.length === 1 ? 'cluster' : 'clusters'} ${clusters.join(', ')}`}</p></header>
<main>
${figures.all.incidents === 0 ? nothing : body(figures)}
</main>
<footer><p>Made by Restitch on ${timeHtml(madeAt)} UTC. ${duplicates(figures)}</p></footer>
</body>
</html>
`;
  return page.markup;
}

const nothing = html`<section><h2>No incidents</h2><p>No incident was opened in this period.</p></section>`;

function body(figures: Figures): Html {
  const { all, byClass, timeToMitigate, recurring, handedOver, clusters } = figures;
  return html`${tiles(figures)}
${classSection(all, byClass)}
${mitigationSection(timeToMitigate)}
${linksSection(recurring, clusters.length > 1)}
${callsSection(handedOver)}
${termsSection}`;
}

function tiles({ all, timeToMitigate: { inAll } }: Figures): Html {
  const { ended, autonomy, precision } = all;
  const tile = (value: string, name: string, more: string) =>
    html`<div><dt>${name}</dt><dd>${value}</dd><dd>${more}</dd></div>
`;
  const rest = ended.other === 0 ? 'all ended, or handed over' : `${ended.other} under way, held or without a node`;
  return html`<dl class="tiles">
${tile(String(all.incidents), all.incidents === 1 ? 'incident' : 'incidents', rest)}
${tile(percentText(autonomy), 'ended without a person', `${autonomy.part} of ${autonomy.of}`)}
${tile(percentText(precision), 'of repairs verified, and stayed', `${precision.part} of ${precision.of}`)}
${tile(inAll.median === null ? '–' : lengthText(inAll.median), 'median time to mitigate', inAll.p90 === null ? 'no repair' : `90th percentile ${lengthText(inAll.p90)}`)}
</dl>`;
}

function duplicates({ duplicates: count }: Figures): string {
  return count === 0 ? '' : `${counted(count, 'duplicate')} not counted.`;
}
