import type { Incident } from '../../core/incident/incident.ts';
import type { Approval, CallbackResult } from '../../core/safety/approval.ts';
import type { SweepPorts } from './sweep.ts';

/**
 * Withdraws questions whose incident is closed or gone, and wakes the execution that waits for the answer. It finds that the
 * incident is not its own, and leaves: an execution without an incident ends this way. Returns how many were withdrawn.
 */
export async function withdrawOrphans(ports: SweepPorts, graceSeconds: number): Promise<number> {
  let withdrawn = 0;
  for (const approval of await ports.approvals.listPending()) {
    // A question that was just asked may be ahead of the record of its incident.
    if (ports.clock() - approval.requestedAt < graceSeconds * 1_000) continue;
    if (isAsked(approval, await ports.store.get(approval.incidentId))) continue;
    await withdraw(approval, ports);
    withdrawn += 1;
  }
  return withdrawn;
}

/** True while somebody waits for the answer. */
function isAsked({ approvalId }: Approval, incident: Incident | undefined): boolean {
  return incident !== undefined && incident.phase !== 'closed' && incident.pending?.approvalId === approvalId;
}

async function withdraw({ approvalId, callbackId }: Approval, ports: SweepPorts): Promise<void> {
  const { approvals, engine, clock, log } = ports;
  await approvals.settle(approvalId, 'withdrawn', clock());
  log.warn('orphan-question', { approvalId });
  if (callbackId === null) return;
  const wake: CallbackResult = { type: 'signal', signal: 'alert-firing', at: clock() };
  await engine.completeCallback(callbackId, wake);
}
