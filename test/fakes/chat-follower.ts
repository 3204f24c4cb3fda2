import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { MessageSubject } from '../../core/incident/shown-messages.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { ApprovalStore } from '../../core/safety/approval.ts';
import { type NotifyPorts, notify } from '../../functions/notify/notify.ts';

/** More than any test opens. */
const EVERY_INCIDENT = 10_000;

/** What the table's stream makes the notifier do: everything that changed, each once, and again until it works. */
export function createChatFollower(
  table: { readonly store: IncidentStore; readonly approvals: ApprovalStore },
  ports: () => NotifyPorts,
): () => Promise<void> {
  const told = new Map<string, string>();
  const asked = new Set<string>();

  async function tell(subject: MessageSubject, version: string): Promise<void> {
    const key = JSON.stringify(subject);
    if (told.get(key) === version) return;
    try {
      await notify(subject, ports());
      told.set(key, version);
    } catch (error) {
      if (!(error instanceof RestitchError)) throw error;
    }
  }

  return async () => {
    for (const { incidentId, version } of await table.store.listRecent(EVERY_INCIDENT))
      await tell({ type: 'incident', incidentId }, String(version));
    for (const { approvalId } of await table.approvals.listPending()) asked.add(approvalId);
    for (const approvalId of asked) {
      const approval = await table.approvals.get(approvalId);
      await tell(
        { type: 'approval', approvalId },
        `${approval?.status} ${approval?.callbackId} ${approval?.yeses?.length} ${approval?.expiresAt}`,
      );
    }
  };
}
