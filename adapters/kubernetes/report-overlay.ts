import { OVERLAY_CONDITION, type OverlayReport } from '../../core/safety/overlay-condition.ts';
import type { ApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';

/**
 * Writes the condition, then the Event. Conditions are merged by their type (strategic merge), so that the kubelet's stay. A
 * Node that is gone needs neither. Events about Nodes go to namespace `default`.
 */
export async function reportOverlay(api: ApiClient, report: OverlayReport, timeoutMs: number): Promise<void> {
  const { node } = report;
  const written = await api({
    method: 'PATCH',
    path: `/api/v1/nodes/${encodeURIComponent(node)}/status`,
    body: {
      contentType: 'application/strategic-merge-patch+json',
      value: { status: { conditions: [conditionOf(report)] } },
    },
    timeoutMs,
  });
  if (written.type === 'answer' && written.status === 404) return;
  if (written.type !== 'answer' || written.status !== 200) throw toKubernetesError(`set condition of ${node}`, written);
  const told = await api({
    method: 'POST',
    path: '/api/v1/namespaces/default/events',
    body: { contentType: 'application/json', value: eventOf(report) },
    timeoutMs,
  });
  // 409: it was told before a crash.
  if (told.type === 'answer' && (told.status === 201 || told.status === 409)) return;
  throw toKubernetesError(`tell an event about ${node}`, told);
}

function conditionOf({ condition, at }: OverlayReport): object {
  return { type: OVERLAY_CONDITION, ...condition, lastHeartbeatTime: seconds(at), lastTransitionTime: seconds(at) };
}

function eventOf({ node, uid, condition: { status, reason, message }, eventName, at }: OverlayReport): object {
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: eventName, namespace: 'default' },
    involvedObject: { kind: 'Node', apiVersion: 'v1', name: node, ...(uid === undefined ? {} : { uid }) },
    type: status === 'True' ? 'Normal' : 'Warning',
    reason: `Overlay${reason}`,
    message,
    source: { component: 'restitch' },
    reportingComponent: 'restitch.dev/runbook',
    reportingInstance: 'restitch',
    firstTimestamp: seconds(at),
    lastTimestamp: seconds(at),
    count: 1,
  };
}

/** meta/v1 Time has no fractions. */
function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
