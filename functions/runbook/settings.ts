import type { DrainSettings } from '../../core/runbook/with-drain.ts';
import type { ApprovalRule } from '../../core/safety/approval-rules.ts';
import type { CapacitySettings } from '../capacity-environment.ts';
import type { SafetySettings } from './safety-environment.ts';

/** What a platform team may set about the work on an incident. Times are seconds unless the name says otherwise. */
export interface RunbookSettings extends CapacitySettings {
  /** The names that alerts give our cluster. An incident of another one is not worked on. */
  readonly clusters: readonly string[];
  /** After this time an incident about a node that does not exist ends, also while its alert fires. */
  readonly absentTargetHours: number;
  readonly vxlanDevice: string;
  readonly wireguardDevice: string;
  readonly kubeletPort: number;
  /** Where ConfigMap `restitch-inventory` is. */
  readonly inventoryNamespace: string;
  /** An approval that is not answered within this time expires, which counts as a no. */
  readonly approvalTimeoutSeconds: number;
  /** A healed node must stay healthy this long, and be verified again, before the incident closes. */
  readonly stableSeconds: number;
  /** Whether `by-policy` stages ask for approval: `quarantine` and `restart-agent`. */
  readonly approveQuarantine: boolean;
  /** The first that counts at the time and fits a stage decides who is asked. */
  readonly approvalRules: readonly ApprovalRule[];
  /** This deployment, in every claim: two deployments may have incidents of the same name. */
  readonly stackId: string;
  /** How long a run waits for a busy host, node or budget before it is handed over. */
  readonly busySeconds: number;
  readonly drain: DrainSettings;
  readonly safety: SafetySettings;
}
