import type { IncidentLine } from '../../../core/console/incident-line.ts';
import { el } from './element.ts';
import { fitting, type IncidentFilter, PAGE_SIZE, pageOf } from './incident-filter.ts';
import { pager } from './pager.ts';
import { ago, stateWords } from './words.ts';

export interface IncidentListInput {
  readonly incidents: readonly IncidentLine[];
  readonly filter: IncidentFilter;
  readonly poolOf: (node: string) => string | null;
  readonly chosen: string | undefined;
  readonly now: number;
  readonly choose: (incidentId: string) => void;
  readonly turn: (page: number) => void;
}

/** One page of the incidents that fit. */
export function incidentList(input: IncidentListInput): readonly Node[] {
  const { incidents, filter, poolOf, turn } = input;
  const found = fitting(incidents, filter, poolOf);
  if (found.length === 0)
    return [
      el('p', { class: 'empty' }, incidents.length === 0 ? 'Nothing has happened yet.' : 'None fits the filter.'),
    ];
  const { items, page, pages } = pageOf(found, filter.page, PAGE_SIZE);
  const count = found.length === incidents.length ? `${found.length}` : `${found.length} of ${incidents.length}`;
  return [
    el('p', { class: 'quiet' }, `${count} incident${incidents.length === 1 ? '' : 's'}`),
    el('ul', {}, ...items.map((incident) => el('li', {}, item(incident, input)))),
    ...pager({ name: 'incidents', page, pages, turn }),
  ];
}

function item(incident: IncidentLine, { chosen, now, choose }: IncidentListInput): HTMLButtonElement {
  const { incidentId, node, class: faultClass, isGuess, openedAt } = incident;
  return el(
    'button',
    {
      class: 'item',
      type: 'button',
      'data-key': incidentId,
      'data-incident': incidentId,
      'aria-current': incidentId === chosen ? 'true' : undefined,
      click: () => choose(incidentId),
    },
    el('strong', {}, node),
    el('span', { class: toneOf(incident) }, `${signOf(incident)} ${stateWords(incident)}`),
    el('span', { class: 'quiet' }, `${faultClass}${isGuess ? ', a first guess' : ''} · ${ago(openedAt, now)}`),
  );
}

export function toneOf({ phase, outcome }: Pick<IncidentLine, 'phase' | 'outcome'>): string {
  if (phase === 'handed-over' || phase === 'awaiting-approval') return 'warn';
  return outcome === 'repaired' || outcome === 'self-recovered' ? 'good' : '';
}

function signOf({ phase }: Pick<IncidentLine, 'phase'>): string {
  if (phase === 'awaiting-approval') return '?';
  if (phase === 'handed-over') return '!';
  return phase === 'closed' ? '✓' : phase === 'held' ? '‖' : '…';
}
