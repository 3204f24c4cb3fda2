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
  const merge = await effect(run, 'resolve node', () => takeNode(run, incident));
  if (merge.type === 'resolved') return merge;
  const { node, other } = merge;
  const why = `${incident.target.node} is ${node}, which ${other} works on`;
  return { type: 'ended', summary: await close(run, incident, node, 'duplicate', why, { duplicateOf: other }) };
}

type Merge =
  | { readonly type: 'resolved'; readonly incident: Incident }
  | { readonly type: 'duplicate'; readonly node: string; readonly other: string };

/** The other incident may be closed between finding it and adding to it; then its node is free. */
const MOST_TURNS = 3;

/** Each write is a compare-and-set that a repetition finds done. */
async function takeNode({ ports }: Run, incident: Incident): Promise<Merge> {
  const { cluster, store } = ports;
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
    if (await addAlerts(ports, incidentId, incident)) return { type: 'duplicate', node, other: incidentId };
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
    entryId: `m.${incident.incidentId}`,
    at: clock(),
    event: 'alert-attached',
    summary: `joined by ${incident.incidentId}, which was opened for ${incident.target.node}`,
    stage: null,
    operationKey: null,
    detail: { alerts: incident.alerts },
  });
  return true;
}
