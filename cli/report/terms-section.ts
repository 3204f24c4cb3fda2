import { NO_FAULT, NOT_LOOKED_AT } from '../../core/incident/counted-class.ts';
import { STAYED_HOURS } from './ending.ts';
import { type Html, html } from './html.ts';

const terms: readonly (readonly [string, string])[] = [
  [
    'Incidents',
    'Opened in the period. Duplicates are not counted: their alerts belong to the incident that they were joined to.',
  ],
  [
    'Class',
    `What the last look that found a fault has found. “${NO_FAULT}”: every look found the network healthy. “${NOT_LOOKED_AT}”: no look was made, because the incident is held by another one, is new, or is about no node of the cluster.`,
  ],
  [
    'Ended without a person',
    'Of the incidents that were closed or wait for a person: those that were repaired or recovered by themselves, and in which nobody was asked for an approval, called, or took the node back. “Other” is not counted: incidents that are under way or held, and those about no node of the cluster.',
  ],
  [
    'Repairs that stayed',
    `Of the incidents in which a stage changed the network or failed on the way, without those under way: those that were closed as repaired after a verification in both directions, and whose node had no incident of the same class within ${STAYED_HOURS} hours. A repair younger than that counts as long as none has come.`,
  ],
  [
    'Time to mitigate',
    'Of the repaired incidents: from the time at which the alert began to fire to the closing. The verification includes the time for which the node is watched before the incident is closed. “At rest”: handed over to a person, or held by another incident. Medians of segments do not add up to the median in all.',
  ],
  [
    '90th percentile',
    'By nearest rank: the smallest value that nine tenths of all do not exceed. Of fewer than ten it is the largest.',
  ],
  [
    'Known of',
    'In how many of the repaired incidents the segment is known. Arrival times expire with the details of receipts, so intake and queue are not known of older ones. Alerts do not say when the fault began, so detection is never known.',
  ],
];

/** How each figure is defined. */
export const termsSection: Html = html`<section aria-labelledby="terms"><h2 id="terms">How each figure is defined</h2>
<dl class="terms">${terms.map(
  ([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>
`,
)}</dl></section>`;
