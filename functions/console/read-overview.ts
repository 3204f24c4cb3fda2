import { type FleetPicture, fleetPicture, type ListedNodes } from '../../core/console/fleet-picture.ts';
import { type IncidentLine, incidentLine } from '../../core/console/incident-line.ts';
import type { FleetLabels } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { CapacityLedger, CapacitySlot, DisruptionBudgets } from '../../core/safety/disruption-budget.ts';
import { capacityInUse, type ScopeUse } from '../../core/safety/judge-capacity.ts';
import { PAUSE_LIST, type Pause, pausesInForce } from '../../core/safety/pause.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import { cursorBehind } from './read-older.ts';
import { createRecentLooks, type KeptLook } from './recent-looks.ts';

export interface OverviewPorts {
  readonly store: Pick<IncidentStore, 'listOpen' | 'listUnreported' | 'listClosed' | 'readEntry'>;
  readonly pauses: Pick<SafetyRecords['pauses'], 'get'>;
  readonly ledger: Pick<CapacityLedger, 'read'>;
  /** Undefined: the Kubernetes API is not asked, and the nodes are those that the newest look kept. */
  readonly listNodes: (() => Promise<readonly NodeObject[]>) | undefined;
  readonly clock: () => number;
}

export interface OverviewSettings {
  readonly labels: FleetLabels;
  /** Undefined: nobody is told how far they are used. */
  readonly budgets: DisruptionBudgets | undefined;
  /** How many closed incidents are among those that are told. */
  readonly mostClosed: number;
  /** How many looks one reading takes from the table. */
  readonly mostLooks: number;
}

/** Who or what holds Restitch back. `budgets`: null where the Node objects are not read anew, so nobody knows who is out of service. */
export interface Standing {
  readonly pauses: readonly Pause[];
  readonly budgets: readonly ScopeUse[] | null;
  readonly reserved: readonly CapacitySlot[];
}

/** The fleet at a glance. */
export interface Overview {
  readonly fleet: FleetPicture;
  /** Newest first: every open one, and the latest closed ones. */
  readonly incidents: readonly IncidentLine[];
  /** From where `readOlder` goes on with those that were closed; null: they are all here. */
  readonly older: string | null;
  readonly standing: Standing;
}

/** Of each kind. */
export const MOST_INCIDENTS = 2_000;
/** Somebody's API server is not asked more often. */
const NODES_MS = 5_000;

/** Reads the overview. Throws `RestitchError` (code `store`); nodes that cannot be listed keep their last state, with its age. */
export function createOverview(ports: OverviewPorts, settings: OverviewSettings): () => Promise<Overview> {
  const readLooks = createRecentLooks(ports.store, settings.mostLooks);
  const listNodes = createNodeLister(ports);
  return async () => {
    const [open, unreported, closed] = await Promise.all([
      ports.store.listOpen(MOST_INCIDENTS),
      ports.store.listUnreported(MOST_INCIDENTS),
      ports.store.listClosed(settings.mostClosed),
    ]);
    const incidents = newestFirst([...closed, ...unreported, ...open]);
    const looks = await readLooks(incidents);
    const listed = (await listNodes?.()) ?? nodesOfNewest(looks);
    const ways = looks.flatMap((look) => look.ways);
    return {
      fleet: fleetPicture(listed, settings.labels, ways),
      incidents: incidents.map(incidentLine),
      older: cursorBehind(closed, settings.mostClosed),
      standing: await readStanding(ports, settings, listNodes === undefined ? null : listed.nodes),
    };
  };
}

function newestFirst(incidents: readonly Incident[]): readonly Incident[] {
  const byId = new Map(incidents.map((incident) => [incident.incidentId, incident]));
  return [...byId.values()].toSorted((a, b) => b.openedAt - a.openedAt || (a.incidentId < b.incidentId ? -1 : 1));
}

function createNodeLister({ listNodes, clock }: OverviewPorts): (() => Promise<ListedNodes>) | undefined {
  if (listNodes === undefined) return undefined;
  let last: ListedNodes = { at: null, nodes: [], leftOut: 0 };
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const at = clock();
    if (at - askedAt < NODES_MS) return last;
    askedAt = at;
    try {
      last = { at, nodes: await listNodes(), leftOut: 0 };
    } catch {
      // The page says how old the nodes are; the next pass asks again.
    }
    return last;
  };
}

function nodesOfNewest(looks: readonly KeptLook[]): ListedNodes {
  const [newest] = looks.toSorted((a, b) => b.at - a.at);
  return newest ?? { at: null, nodes: [], leftOut: 0 };
}

async function readStanding(
  { pauses, ledger, clock }: OverviewPorts,
  { labels, budgets }: OverviewSettings,
  nodes: readonly NodeObject[] | null,
): Promise<Standing> {
  const now = clock();
  const reserved = (await ledger.read()).filter(({ expiresAt }) => expiresAt > now);
  return {
    pauses: pausesInForce(await pauses.get(PAUSE_LIST), now),
    budgets: nodes && budgets ? capacityInUse({ nodes, labels, budgets }, reserved, now) : null,
    reserved,
  };
}
