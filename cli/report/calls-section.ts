import { counted } from '../../core/counted.ts';
import type { HandedOver } from './figures.ts';
import { type Html, html } from './html.ts';
import { timeHtml } from './words.ts';

/** More than a person reads; `--json` has all. */
const MOST_CALLS = 50;

/** For what a person was called. */
export function callsSection(handedOver: readonly HandedOver[]): Html {
  const heading = html`<h2 id="calls">Handed over to a person</h2>`;
  if (handedOver.length === 0)
    return html`<section aria-labelledby="calls">${heading}<p>Nobody was called.</p></section>`;
  const left = handedOver.length - MOST_CALLS;
  return html`<section aria-labelledby="calls">${heading}
<p>${counted(handedOver.length, 'incident')}, the latest first, each with the last reason.</p>
<ul class="calls">${handedOver.slice(0, MOST_CALLS).map(callHtml)}</ul>
${left > 0 ? html`<p>And ${left} more: <code>--json</code> lists all.</p>` : html``}
</section>`;
}

function callHtml({ incidentId, class: name, at, why, now }: HandedOver): Html {
  return html`<li><h3>${name} <code>${incidentId}</code></h3>
<p>${why}</p>
<p class="quiet">${timeHtml(at)}; ${now === 'handed-over' ? 'still waits for a person' : `now ${now}`}</p></li>
`;
}
