import type { FleetLabels } from '../../core/evidence/fleet-map.ts';
import type { DisruptionBudgets } from '../../core/safety/disruption-budget.ts';
import type { SafetySettings } from './safety-environment.ts';

/** What a platform team may set about the work on an incident. Times are seconds unless the name says otherwise. */
export interface RunbookSettings {
  /** The names that alerts give our cluster. An incident of another one is not worked on. */
  readonly clusters: readonly string[];
  /** After this time an incident about a node that does not exist ends, also while its alert fires. */
  readonly absentTargetHours: number;
  readonly vxlanDevice: string;
  readonly wireguardDevice: string;
  readonly kubeletPort: number;
  readonly labels: FleetLabels;
  /** Where ConfigMap `restitch-inventory` is. */
  readonly inventoryNamespace: string;
  /** An approval that is not answered within this time expires, which counts as a no. */
  readonly approvalTimeoutSeconds: number;
  /** A healed node must stay healthy this long, and be verified again, before the incident closes. */
  readonly stableSeconds: number;
  /** Whether `by-policy` stages ask for approval: `quarantine` and `restart-agent`. */
  readonly approveQuarantine: boolean;
  /** After this time a claim no longer keeps other incidents from the node. */
  readonly claimHours: number;
  /** How many nodes of a pool, a site, behind a hub and of the cluster may be out of service at once. */
  readonly budgets: DisruptionBudgets;
  /** This deployment, in every claim: two deployments may have incidents of the same name. */
  readonly stackId: string;
  /** How long a run waits for a busy host, node or budget before it is handed over. */
  readonly busySeconds: number;
  /** How long a node that a person took back is left alone. */
  readonly coolOffSeconds: number;
  readonly safety: SafetySettings;
}
