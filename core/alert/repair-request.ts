import type { SyntheticAlert } from './synthetic-alert.ts';
import type { Target } from './target.ts';

/** The name of the alert by which a person asks for a repair. */
export const REPAIR_REQUESTED = 'RepairRequested';

/**
 * A person's request, as an alert: it takes the way of every alert, past the same guards. It names no class: what is wrong is for the
 * diagnosis to say. Each request is an alert of its own, by its label `restitch_request`. `at`: epoch milliseconds.
 */
export function repairRequest({ cluster, node }: Target, by: string, at: number): SyntheticAlert {
  const request = at.toString(36);
  return {
    labels: { alertname: REPAIR_REQUESTED, cluster, node, severity: 'info', restitch_request: request },
    annotations: { summary: `${by} asks for a repair of ${node}`, requested_by: by },
    startsAt: at,
    fingerprint: `request${request}`,
  };
}
