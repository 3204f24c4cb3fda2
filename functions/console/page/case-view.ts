import type { CasePlan, Case as IncidentCase } from '../read-case.ts';
import { barOf } from './bar.ts';
import { el } from './element.ts';
import { lookParts } from './look-view.ts';
import { planParts } from './plan-view.ts';
import { questionPart } from './question-view.ts';
import { secondsWords, timeBars } from './time-bars.ts';
import { timelinePart } from './timeline-view.ts';
import { stateWords } from './words.ts';

export interface CaseViewInput {
  readonly shown: IncidentCase;
  readonly now: number;
  /** A person's name, where the id is one that the page knows. */
  readonly nameOf: (id: string) => string;
  readonly toMessage: (() => void) | undefined;
  readonly stack: string | null;
}

/** One incident: the question first, then where the time went, why we believe it, what is done, and all that happened. */
export function caseParts(input: CaseViewInput): readonly Node[] {
  const { shown } = input;
  const { incident, look, plan, question } = shown;
  const receipt = `/api/incidents/${encodeURIComponent(incident.incidentId)}/receipt`;
  return [
    el(
      'h3',
      { class: 'case' },
      `${incident.target.node}: ${incident.found?.class ?? incident.diagnosis ?? incident.hypothesis}`,
    ),
    facts(shown),
    ...(question === null ? [] : [questionPart(question, input)]),
    ...timeParts(shown, input.now),
    ...(look === null ? [] : lookParts(look, input.now)),
    ...(plan === null ? [] : [el('h3', {}, planTitle(plan)), ...planParts(plan)]),
    el('h3', {}, 'Timeline'),
    timelinePart(incident.incidentId, incident.timeline ?? { lines: [], leftOut: 0 }),
    el(
      'p',
      {},
      el(
        'a',
        { href: receipt, download: `${incident.incidentId}.json`, class: 'download' },
        'Download the receipt (JSON)',
      ),
    ),
  ];
}

function planTitle({ stage, begun }: CasePlan): string {
  return begun ? `What ${stage} changes` : `What ${stage} would change`;
}

function facts({ incident }: IncidentCase): HTMLElement {
  const { target, diagnosis, hypothesis, alerts, incidentId, heldBy, waitsFor } = incident;
  const pairs = [
    ['Node', `${target.node} (${target.cluster})`],
    ['State', stateWords(incident)],
    ['Diagnosis', diagnosis ?? `${hypothesis}, a first guess`],
    ...(heldBy === undefined ? [] : [['Held by', heldBy.node]]),
    ...(waitsFor === undefined ? [] : [['Waits for', waitsFor === 'paused' ? 'the end of a pause' : 'the breaker']]),
    ['Alerts', alerts.map(({ alertname, status }) => `${alertname} (${status})`).join(', ') || 'none'],
    ['Incident', incidentId],
  ];
  return el(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name = '', value = '']) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

function timeParts({ time, incident, question }: IncidentCase, now: number): readonly Node[] {
  const isAsked = incident.phase === 'awaiting-approval' && question?.approval.status === 'pending';
  const askedSeconds = isAsked ? Math.max(0, now - question.approval.requestedAt) / 1_000 : 0;
  const isOpen = incident.phase !== 'closed';
  const rows = timeBars(time, askedSeconds).map(({ name, seconds, from, to, note }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name),
      el('td', { class: 'bar' }, seconds === null ? el('span', { class: 'quiet' }, note) : barOf(name, from, to)),
      el('td', { class: seconds === 0 ? 'number quiet' : 'number' }, secondsWords(seconds, isOpen)),
    ),
  );
  return [
    el('h3', {}, 'Where the time went'),
    el('table', { class: 'bars' }, el('caption', { class: 'hidden' }, 'Seconds by segment'), el('tbody', {}, ...rows)),
  ];
}
