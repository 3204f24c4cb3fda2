import { canonicalAddress } from '../../core/alert/canonical-address.ts';
import type { Target } from '../../core/alert/target.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import { attachAlert } from '../../core/incident/attach-alert.ts';
import type { Incident, IncidentAlert } from '../../core/incident/incident.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { close, type RunSummary } from './finish.ts';
import { effect, type Run } from './run.ts';
import type { RunPorts } from './run-ports.ts';

/** `resolved`: the incident goes on. `ended`: another incident works on the same node, and has its alerts now. */
export type Resolved =
  | { readonly type: 'resolved'; readonly incident: Incident }
  | { readonly type: 'ended'; readonly summary: RunSummary };

/**
 * An incident that was opened for an address becomes the incident of the Node that has it, unless that Node has an open
 * one: then that one gets the alerts, and this one ends as its duplicate. An address of no Node stays as it is.
 */
export async function resolveNode(run: Run, incident: Incident): Promise<Resolved> {
  if (canonicalAddress(incident.target.node) === undefined) return { type: 'resolved', incident };
  for (let turn = 1; turn <= MOST_TURNS; turn++) {
    const merge = await effect(run, 'resolve node', () => takeNode(run, incident));
    if (merge.type === 'resolved') return merge;
    const { node, other, joined } = merge;
    const why = `${incident.target.node} is ${node}, which ${other} works on`;
    const ending = { outcome: 'duplicate', why, node, seen: joined, duplicateOf: other } as const;
    const closing = await close(run, incident, ending);
    if (closing.type === 'closed') return { type: 'ended', summary: closing.summary };
  }
  throw new RestitchError('store', `alerts of ${incident.target.node} came in each of ${MOST_TURNS} attempts to join`, {
    retryable: true,
  });
}

type Merge =
  | { readonly type: 'resolved'; readonly incident: Incident }
  /** `joined`: the alerts that the other incident has now. One that comes later must join too. */
  | {
      readonly type: 'duplicate';
      readonly node: string;
      readonly other: string;
      readonly joined: readonly IncidentAlert[];
    };

/** The other incident may be closed between finding it and adding to it; then its node is free. Alerts may come meanwhile. */
const MOST_TURNS = 3;

/** Each write is a compare-and-set that a repetition finds done. */
async function takeNode({ ports }: Run, opened: Incident): Promise<Merge> {
  const { cluster, store } = ports;
  const incident = (await store.get(opened.incidentId)) ?? opened;
  const nodes = await cluster.listNodes();
  const node = findNode(nodes, incident.target.node)?.metadata.name;
  if (node === undefined || node === incident.target.node) return { type: 'resolved', incident };
  const target: Target = { ...incident.target, node };
  for (let turn = 1; turn <= MOST_TURNS; turn++) {
    const { incidentId } = await store.adopt(target, incident);
    if (incidentId === incident.incidentId) {
      const updated = await store.update(incidentId, (current) => ({ ...current, target }));
      return { type: 'resolved', incident: updated ?? { ...incident, target } };
    }
    if (await addAlerts(ports, incidentId, incident)) {
      return { type: 'duplicate', node, other: incidentId, joined: incident.alerts };
    }
  }
  throw new RestitchError('store', `incidents of ${node} were closed in each of ${MOST_TURNS} attempts to join them`, {
    retryable: true,
  });
}

/** False: the other incident is closed by now. Its phase and times are left alone, so that nobody's work is disturbed. */
async function addAlerts({ store, clock }: RunPorts, otherId: string, incident: Incident): Promise<boolean> {
  const other = await store.update(otherId, (current) =>
    current.phase === 'closed'
      ? undefined
      : { ...current, alerts: incident.alerts.reduce<IncidentAlert[]>(attachAlert, current.alerts) },
  );
  if (other === undefined || other.phase === 'closed') return false;
  await store.appendReceipt({
    incidentId: otherId,
    entryId: `m.${incident.incidentId}.${incident.alerts.length}`,
    at: clock(),
    event: 'alert-attached',
    summary: `joined by ${incident.incidentId}, which was opened for ${incident.target.node}`,
    stage: null,
    operationKey: null,
    detail: { alerts: incident.alerts },
  });
  return true;
}
