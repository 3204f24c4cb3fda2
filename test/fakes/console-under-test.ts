import { createServer } from 'node:http';
import type { Evidence } from '../../core/evidence/evidence.ts';
import { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { readCase } from '../../functions/console/read-case.ts';
import { createOverview, MOST_INCIDENTS } from '../../functions/console/read-overview.ts';
import { settingsFrom } from '../../functions/runbook/config.ts';
import { understand } from '../../functions/runbook/look/seen.ts';
import { loadLocalConfig } from '../../local/config.ts';
import { createConsole } from '../../local/console/console.ts';
import type { Drills } from '../../local/console/drills.ts';
import { listenOnLoopback } from '../../local/http.ts';
import { createInMemoryApprovalStore } from './in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from './in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from './in-memory-incident-store.ts';
import { createInMemorySafetyRecords } from './in-memory-safety-records.ts';
import { incidentOf } from './sample-records.ts';

export const { labels, budgets } = settingsFrom(loadLocalConfig({}));
/** As `npm start` has them. */
export const overviewSettings = { labels, budgets, mostClosed: MOST_INCIDENTS, mostLooks: 10 };

/** A fleet of Ready nodes: for each hub its sites, and in each so many nodes, `gpu-1` and on. */
export function fleetOf(hubs: number, sitesPerHub: number, nodesPerSite: number): readonly NodeObject[] {
  const all: NodeObject[] = [];
  for (let hub = 1; hub <= hubs; hub++) {
    all.push(nodeOf(`hub-${hub}`, { [labels.role]: 'hub', [labels.site]: 'core' }));
    for (let site = 1; site <= sitesPerHub * nodesPerSite; site++) {
      const place = (hub - 1) * sitesPerHub + Math.ceil(site / nodesPerSite);
      const own = { [labels.hub]: `hub-${hub}`, [labels.site]: `dc-${place}`, [labels.pool]: `pool-${place % 3}` };
      all.push(nodeOf(`gpu-${all.length - hub + 1}`, own));
    }
  }
  return all;
}

export function nodeOf(name: string, own: Readonly<Record<string, string>>, ready = 'True'): NodeObject {
  return NodeObject.parse({
    metadata: { name, labels: own },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
}

/** An incident about a node, with a look at the evidence, as the runbook records it. */
export function lookOf(incidentId: string, evidence: Evidence, at: number): ReceiptEntry {
  const { diagnosis } = understand(evidence);
  const summary = `diagnosis: ${diagnosis.class} (${diagnosis.cause})`;
  const detail: unknown = JSON.parse(JSON.stringify({ diagnosis, evidence }));
  const entry = { incidentId, entryId: 'r0001.0002', at, event: 'diagnosis' as const, summary, stage: null };
  return { ...entry, operationKey: null, detail: jsonOf(detail) };
}

function jsonOf(value: unknown): ReceiptEntry['detail'] {
  return JSON.parse(JSON.stringify(value));
}

/** Of a node of `fleetOf`, open since `openedAt`. */
export function openIncidentOf(number: number, parts: Partial<Incident> = {}): Incident {
  const target = { cluster: 'lab', node: `gpu-${number}` };
  return incidentOf({ incidentId: `lab.gpu-${number}.1-x`, target, phase: 'repairing', ...parts });
}

/** The console's own server on records in memory. */
export async function startConsoleUnderTest(
  nodes: readonly NodeObject[] = [],
  drills?: Pick<Drills, 'start' | 'clear' | 'faults'>,
) {
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  const safety = createInMemorySafetyRecords();
  const ledger = createInMemoryCapacityLedger();
  const listNodes = async () => nodes;
  const page = createConsole({
    store,
    overview: createOverview({ store, pauses: safety.pauses, ledger, listNodes, clock: Date.now }, overviewSettings),
    readCase: (id) => readCase(id, { store, approvals }, { approvers: ['U0ALICE'], rules: [] }),
    slack: undefined,
    drills,
    setup: { fleet: 'simulated', users: [], standIn: false, hints: null, faults: drills?.faults ?? null, stack: null },
  });
  const server = createServer((request, response) => {
    page(request, response).catch(() => response.writeHead(500).end());
  });
  const url = await listenOnLoopback(server, 0);
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, store, approvals, safety, ledger, close };
}
