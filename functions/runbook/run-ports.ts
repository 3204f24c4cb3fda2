import type { WorkQueue } from '../../core/alert/work-queue.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { Log } from '../../core/log.ts';
import type { ApprovalStore } from '../../core/safety/approval.ts';
import type { CapacityLedger } from '../../core/safety/disruption-budget.ts';
import type { HostLocks } from '../../core/safety/host-lock.ts';
import type { ReadWindows } from '../../core/safety/maintenance-window.ts';
import type { OperatorHolds } from '../../core/safety/operator-hold.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import type { EvidencePorts } from './look/collect-evidence.ts';

/** Every port that the runbook uses. */
export interface RunPorts extends EvidencePorts {
  readonly store: IncidentStore;
  /** The queue that dispatch reads: a run opens the incident of a shared fault through it. */
  readonly queue: WorkQueue;
  readonly approvals: ApprovalStore;
  readonly locks: HostLocks;
  readonly capacity: CapacityLedger;
  readonly holds: OperatorHolds;
  readonly safety: SafetyRecords;
  readonly readWindows: ReadWindows;
  /** sha-256 as hex. */
  readonly digest: (text: string) => string;
  readonly log: Log;
}
