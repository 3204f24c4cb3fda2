import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { Log } from '../../core/log.ts';
import type { ApprovalStore } from '../../core/safety/approval.ts';
import type { HostLocks } from '../../core/safety/host-lock.ts';
import type { EvidencePorts } from './look/collect-evidence.ts';

/** Every port that the runbook uses. */
export interface RunPorts extends EvidencePorts {
  readonly store: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly locks: HostLocks;
  /** sha-256 as hex. */
  readonly digest: (text: string) => string;
  readonly log: Log;
}
