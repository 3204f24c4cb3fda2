import { effect, type Run } from './run.ts';

/** Takes a question back: the node healed, or the plan changed. */
export async function withdrawApproval(run: Run, approvalId: string): Promise<void> {
  await effect(run, 'withdraw approval', async () => {
    await run.ports.approvals.settle(approvalId, 'withdrawn', run.ports.clock());
    await run.ports.store.update(run.input.incidentId, (current) =>
      current.pending?.approvalId === approvalId ? { ...current, pending: null } : undefined,
    );
  });
}

/** Takes back every open question of the incident, those of a run that broke down too: nobody waits for an answer any more. */
export async function withdrawEvery(run: Run): Promise<void> {
  if (run.known.own?.asked === false) return;
  await effect(run, 'withdraw questions', async () => {
    const { approvals, clock } = run.ports;
    const pending = await approvals.listPending();
    for (const { approvalId } of pending.filter(({ incidentId }) => incidentId === run.input.incidentId)) {
      await approvals.settle(approvalId, 'withdrawn', clock());
    }
  });
}
