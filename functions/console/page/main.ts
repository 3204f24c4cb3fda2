import type { IncidentLine } from '../../../core/console/incident-line.ts';
import type { LiveDelta, LiveState } from '../live-state.ts';
import type { Case as IncidentCase } from '../read-case.ts';
import { caseParts } from './case-view.ts';
import { byId, show } from './element.ts';
import { showFilters } from './filter-view.ts';
import { firstSteps } from './first-steps.ts';
import { fleetTable } from './fleet-table.ts';
import { showFleet } from './fleet-view.ts';
import { fleetText } from './fleet-words.ts';
import { filterFrom, fitting, type IncidentFilter, withFilter } from './incident-filter.ts';
import { incidentList } from './incident-list.ts';
import { chosenUser, focusQuestion, messageParts, sendCommand, showUsers, showWhisper } from './message-view.ts';
import { newsOf } from './news.ts';
import { nodeStates } from './node-state.ts';
import { standingParts } from './standing-view.ts';
import { showTry } from './try-view.ts';
import { followUpdates } from './updates.ts';
import { ago, countdown } from './words.ts';

const address = () => new URLSearchParams(window.location.search);

const incidents = new Map<string, IncidentLine>();
let state: Partial<Omit<LiveState, 'incidents'>> = {};
let filter = filterFrom(address());
let chosen = address().get('incident') ?? undefined;
let shownCase: IncidentCase | undefined;
let table = { text: '', page: 1 };
let opened = false;

function poolOf(node: string): string | null {
  return state.fleet?.nodes.find(({ name }) => name === node)?.pool ?? null;
}

/** The address says what is shown, so that it can be sent to somebody. */
function remember(): void {
  const next = withFilter(address(), filter);
  if (chosen === undefined) next.delete('incident');
  else next.set('incident', chosen);
  const text = next.toString();
  window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`);
}

function setFilter(change: Partial<IncidentFilter>): void {
  filter = { ...filter, page: 1, ...change };
  remember();
  drawIncidents();
}

function choose(incidentId: string): void {
  chosen = incidentId;
  remember();
  drawIncidents();
  void readCase();
}

function drawIncidents(): void {
  const all = [...incidents.values()];
  showFilters(filter, all, state.fleet?.nodes ?? [], setFilter);
  const turn = (page: number) => setFilter({ page });
  show(byId('incidents'), ...incidentList({ incidents: all, filter, poolOf, chosen, now: Date.now(), choose, turn }));
}

function drawFleet(): void {
  const { fleet } = state;
  if (fleet === undefined) return;
  const now = Date.now();
  const all = [...incidents.values()];
  const states = nodeStates(fleet, all, now);
  byId('fleet-summary').textContent = fleetText(states);
  const read = fleet.listedAt === null ? 'The nodes could not be read yet.' : `Nodes read ${ago(fleet.listedAt, now)}.`;
  byId('fleet-age').textContent = fleet.leftOut === 0 ? read : `${read} ${fleet.leftOut} more were not kept.`;
  showFleet({
    states,
    incidents: all,
    now,
    choose: ({ text, incident }) => {
      table = { text, page: 1 };
      const find = byId('find');
      if (find instanceof HTMLInputElement) find.value = text;
      drawTable();
      if (incident === undefined) byId('fleet-table').setAttribute('open', '');
      else choose(incident.incidentId);
    },
  });
  drawTable();
}

function drawTable(): void {
  const { fleet } = state;
  if (fleet === undefined) return;
  const turn = (page: number) => {
    table = { ...table, page };
    drawTable();
  };
  const now = Date.now();
  const states = nodeStates(fleet, [...incidents.values()], now);
  show(byId('fleet-rows'), ...fleetTable({ states, now, ...table, turn }));
}

async function readCase(): Promise<void> {
  if (chosen === undefined) return drawCase();
  const wanted = chosen;
  const response = await fetch(`/api/incidents/${encodeURIComponent(wanted)}/case`).catch(() => undefined);
  // What is shown stays, and the next change is a reason to ask again.
  if (wanted !== chosen || response === undefined || response.status >= 500) return;
  const answer: { readonly case?: IncidentCase } = await response.json();
  shownCase = answer.case;
  drawCase();
}

function drawCase(): void {
  const { setup } = state;
  if (shownCase === undefined || setup === undefined) {
    if (setup !== undefined) show(byId('receipt'), ...firstSteps(setup, Date.now()));
    return;
  }
  const { approval } = shownCase.question ?? {};
  const nameOf = (id: string) => setup.users.find((user) => user.id === id)?.name ?? id;
  const toMessage = setup.standIn && approval !== undefined ? () => void focusQuestion(approval.approvalId) : undefined;
  show(byId('receipt'), ...caseParts({ shown: shownCase, now: Date.now(), nameOf, toMessage, stack: setup.stack }));
}

function drawHeader(): void {
  const all = [...incidents.values()];
  const open = all.filter(({ phase }) => phase !== 'closed');
  const asking = open.filter(({ phase }) => phase === 'awaiting-approval').length;
  const paused = state.standing?.pauses.length ?? 0;
  const parts = [
    `${open.length} open`,
    ...(asking === 0 ? [] : [`${asking} ${asking === 1 ? 'waits' : 'wait'} for a yes or no`]),
    ...(paused === 0 ? [] : [`⏸ ${paused} paused`]),
  ];
  byId('summary').textContent = parts.join(' · ');
  document.title = `${asking > 0 ? `(${asking}) ` : ''}Restitch`;
}

function takeIncidents(delta: NonNullable<LiveDelta['incidents']>): void {
  const news = newsOf(opened && delta.older !== true ? incidents : undefined, delta.changed);
  opened = true;
  if (news !== '') byId('news').textContent = news;
  for (const line of delta.changed) incidents.set(line.incidentId, line);
  for (const incidentId of delta.gone) incidents.delete(incidentId);
  chosen ??= fitting([...incidents.values()], filter, poolOf)[0]?.incidentId;
}

function take(delta: LiveDelta): void {
  const { incidents: lines, ...parts } = delta;
  state = { ...state, ...parts };
  if (lines !== undefined) takeIncidents(lines);
  if (delta.setup !== undefined) takeSetup(delta.setup);
  if (lines !== undefined || delta.fleet !== undefined) {
    drawIncidents();
    drawFleet();
  }
  const version = chosen === undefined ? undefined : incidents.get(chosen)?.version;
  if (lines !== undefined && (version === undefined || version !== shownCase?.incident.version)) void readCase();
  if (delta.standing !== undefined) show(byId('standing'), ...standingParts(delta.standing));
  if (delta.messages !== undefined && state.setup?.standIn === true)
    show(byId('messages'), ...messageParts(delta.messages));
  if (delta.whispers !== undefined) showWhisper(delta.whispers);
  drawHeader();
}

function takeSetup(setup: NonNullable<LiveDelta['setup']>): void {
  byId('fleet-name').textContent = setup.fleet;
  byId('slack').hidden = setup.hints === null;
  byId('play').hidden = !setup.standIn;
  if (!setup.standIn) byId('messages').textContent = 'Messages go to your Slack.';
  showUsers(setup.users);
  showTry(setup.faults);
  drawCase();
}

/** Times that pass while nothing else changes. */
function tick(): void {
  const now = Date.now();
  for (const each of document.querySelectorAll<HTMLElement>('.countdown'))
    each.textContent = countdown(Number(each.dataset['until']), now);
}

byId('command').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = byId('text');
  if (input instanceof HTMLInputElement && chosenUser() !== '') void sendCommand(input.value);
});
byId('find').addEventListener('input', ({ currentTarget }) => {
  table = { text: currentTarget instanceof HTMLInputElement ? currentTarget.value : '', page: 1 };
  drawTable();
});

followUpdates({
  take,
  openIncidents: () => [...incidents.values()].filter(({ phase }) => phase !== 'closed'),
  tell: (connected) => {
    byId('live').textContent = connected ? 'live' : 'not connected, trying again …';
  },
});
setInterval(tick, 1_000);
setInterval(() => {
  drawIncidents();
  drawFleet();
  if (shownCase?.incident.phase !== 'closed') drawCase();
}, 15_000);
new ResizeObserver(() => drawFleet()).observe(byId('picture'));
