import { type Shared, sharedTarget } from '../../core/alert/shared-fault.ts';
import type { Target } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { FaultClass } from '../../core/fault-class.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { effect, type Run } from './run.ts';

/** What several nodes share, why it is suspected, and the node that suffers by it and from which it is looked at. */
export interface SharedFault {
  readonly shared: Shared;
  readonly because: string;
  readonly hypothesis: FaultClass;
  readonly seenFrom: string;
}

/** The incident of a shared fault is opened as every other one: through the queue. An open one is left as it is. */
export async function openShared(run: Run, incident: Incident, fault: SharedFault): Promise<void> {
  const target = sharedTarget(incident.target.cluster, fault.shared);
  await effect(run, 'open shared', async () => {
    const { store, queue, clock } = run.ports;
    const latest = await store.getLatest(target);
    if (latest?.shared !== undefined && latest.phase !== 'closed') return;
    const rejected = await queue.send([itemOf(fault, incident, target, clock())]);
    if (rejected.length > 0) throw new RestitchError('queue', 'the shared fault was not queued', { retryable: true });
  });
}

function itemOf(
  { shared, because, hypothesis, seenFrom }: SharedFault,
  { incidentId }: Incident,
  target: Target,
  now: number,
): WorkItem {
  return {
    schema: 'restitch/work-item/1',
    target,
    fingerprint: `shared-${shared.kind}`,
    status: 'firing',
    startsAt: now,
    alertname: 'RestitchSharedFault',
    severity: null,
    summary: `${because}; first seen by ${incidentId}`,
    hypothesis,
    receivedAt: now,
    shared,
    seenFrom,
  };
}
