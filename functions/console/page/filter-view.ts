import type { PictureNode } from '../../../core/console/fleet-picture.ts';
import type { IncidentLine } from '../../../core/console/incident-line.ts';
import { byId, el } from './element.ts';
import { type IncidentFilter, stateChoices } from './incident-filter.ts';

/** Fills the choices with what there is; what is chosen stays. */
export function showFilters(
  filter: IncidentFilter,
  incidents: readonly IncidentLine[],
  nodes: readonly PictureNode[],
  change: (change: Partial<IncidentFilter>) => void,
): void {
  const classes = [...new Set(incidents.map((incident) => incident.class))].toSorted();
  const pools = [...new Set(nodes.flatMap(({ pool }) => pool ?? []))].toSorted();
  fill('state', Object.entries(stateChoices), filter.state, (state) => change({ state }));
  fill(
    'class',
    classes.map((name) => [name, name]),
    filter.class,
    (name) => change({ class: name }),
  );
  fill(
    'pool',
    pools.map((name) => [name, name]),
    filter.pool,
    (pool) => change({ pool }),
  );
  const input = byId('filter-node');
  if (!(input instanceof HTMLInputElement)) return;
  input.oninput = () => change({ node: input.value });
  if (document.activeElement !== input) input.value = filter.node;
}

function fill(
  name: string,
  choices: readonly (readonly [string, string])[],
  chosen: string,
  change: (value: string) => void,
): void {
  const select = byId(`filter-${name}`);
  if (!(select instanceof HTMLSelectElement)) return;
  const known = choices.some(([value]) => value === chosen) || chosen === '';
  const all: readonly (readonly [string, string])[] = [
    ['', 'any'],
    ...choices,
    ...(known ? [] : [[chosen, chosen] as const]),
  ];
  const key = JSON.stringify(all);
  if (select.dataset['choices'] !== key)
    select.replaceChildren(...all.map(([value, text]) => el('option', { value }, text)));
  select.dataset['choices'] = key;
  select.value = chosen;
  select.onchange = () => change(select.value);
}
