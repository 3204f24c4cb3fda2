import { type Html, html } from './html.ts';
import type { RecurringLink } from './recurring-links.ts';
import { type Row, table } from './table.ts';
import { timeHtml } from './words.ts';

const MOST_LINKS = 10;

const columns = [
  { title: 'Node', isNumber: false },
  { title: 'Fault on', isNumber: false },
  { title: 'Incidents', isNumber: true },
  { title: 'Classes', isNumber: false },
  { title: 'Last opened', isNumber: true },
];

/** What breaks again and again. `withCluster`: the period has incidents of several clusters. */
export function linksSection(links: readonly RecurringLink[], withCluster: boolean): Html {
  const heading = html`<h2 id="links">Recurring nodes and links</h2>`;
  if (links.length === 0)
    return html`<section aria-labelledby="links">${heading}<p>No node had the fault on the same host twice.</p></section>`;
  const rows = links.slice(0, MOST_LINKS).map((link) => rowOf(link, withCluster));
  return html`<section aria-labelledby="links">${heading}
<p>Nodes that had the fault on the same host more than once: their own, or the other end of a link.${links.length > MOST_LINKS ? ` The first ${MOST_LINKS} of ${links.length}.` : ''}</p>
${table('Recurring nodes and links', columns, rows)}
</section>`;
}

function rowOf({ cluster, node, hostAtFault, incidents, classes, lastAt }: RecurringLink, withCluster: boolean): Row {
  const names = Object.entries(classes).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  return [
    html`${withCluster ? `${cluster}/${node}` : node}`,
    html`${hostAtFault === null ? 'no host of the fleet' : hostAtFault === node ? 'itself' : hostAtFault}`,
    html`${incidents}`,
    html`${names.join(', ')}`,
    timeHtml(lastAt),
  ];
}
