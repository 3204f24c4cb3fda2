import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { hasCondition, overlayCondition } from '../../core/safety/overlay-condition.ts';
import type { Seen } from './look/seen.ts';
import { effect, type Run } from './run.ts';

/** Tells others what was seen of the node, where that changed. A failure is logged: the next look tells it again. */
export async function reportOverlay(run: Run, incident: Incident, { evidence, diagnosis }: Seen): Promise<void> {
  const node = findNode(evidence.nodes, evidence.target.node);
  const condition = overlayCondition(diagnosis);
  if (node === undefined || hasCondition(node, condition)) return;
  const { name, uid } = node.metadata;
  const { ports, input } = run;
  const eventName = `restitch.${incident.incidentId.toLowerCase()}.${input.run}-${run.next()}`;
  await effect(run, 'report overlay', async () => {
    try {
      await ports.cluster.reportOverlay({ node: name, uid, condition, eventName, at: ports.clock() });
    } catch (error) {
      if (!(error instanceof RestitchError)) throw error;
      ports.log.warn('overlay-not-reported', { incidentId: incident.incidentId, node: name, reason: error.message });
    }
  });
}
