import type { Standing } from '../read-overview.ts';
import { el } from './element.ts';

/** What is paused, how far each budget is used, and what is reserved. `now`: epoch milliseconds. */
export function standingParts({ pauses, budgets, reserved }: Standing): readonly Node[] {
  return [
    ...(pauses.length === 0
      ? [el('p', {}, 'Nothing is paused.')]
      : [el('ul', { class: 'plain' }, ...pauses.map((pause) => el('li', { class: 'warn' }, pauseWords(pause))))]),
    budgets === null
      ? el('p', { class: 'quiet' }, 'Budgets: not read here, because they need the Node objects of now.')
      : budgetTable(budgets),
    ...(reserved.length === 0
      ? []
      : [
          el('h3', {}, 'Reserved'),
          el(
            'ul',
            { class: 'plain' },
            ...reserved.map(({ node, incidentId }) => el('li', {}, `${node} for ${incidentId}`)),
          ),
        ]),
  ];
}

function pauseWords({ scope, by, reason, until }: Standing['pauses'][number]): string {
  const what =
    scope.type === 'all'
      ? 'Everything'
      : scope.type === 'cluster'
        ? `Cluster ${scope.cluster}`
        : scope.type === 'pool'
          ? `Pool ${scope.pool}`
          : `Class ${scope.class}`;
  const end = until === null ? 'until it is ended' : `until ${new Date(until).toLocaleString([], { hour12: false })}`;
  return `⏸ ${what} is paused ${end}, by ${by}: ${reason}`;
}

/** Of a large fleet only what is used; the others are counted. */
const MOST_ROWS = 12;

function budgetTable(budgets: NonNullable<Standing['budgets']>): HTMLElement {
  const used = budgets.filter(({ out }) => out > 0);
  const shown = budgets.length <= MOST_ROWS ? budgets : used.slice(0, MOST_ROWS);
  if (shown.length === 0)
    return el('p', { class: 'quiet' }, `Nobody is out of service: ${budgets.length} budgets are unused.`);
  const rows = shown.map(({ scope, members, out, allowed }) =>
    el(
      'tr',
      { class: out >= allowed ? 'warn' : undefined },
      el('th', { scope: 'row' }, scope),
      el('td', { class: 'number' }, String(members)),
      el('td', { class: 'number' }, `${out} of ${allowed}${out >= allowed ? ' ■ used up' : ''}`),
    ),
  );
  const head = ['Budget', 'Nodes', 'Out of service'].map((name) => el('th', { scope: 'col' }, name));
  const left = budgets.length - shown.length;
  return el(
    'table',
    {},
    el('caption', {}, left === 0 ? 'Disruption budgets' : `Disruption budgets in use; ${left} others`),
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...rows),
  );
}
