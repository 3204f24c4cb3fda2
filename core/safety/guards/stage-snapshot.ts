import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { FleetLabels } from '../../evidence/fleet-map.ts';
import type { NodeObject } from '../../evidence/node-object.ts';
import type { Plan } from '../../repair/plan.ts';
import type { Stage } from '../../runbook/runbook.ts';
import type { ApprovalRule } from '../approval-rules.ts';
import type { CapacitySlot, DisruptionBudgets } from '../disruption-budget.ts';
import type { HandsOff } from '../hands-off.ts';
import type { OperatorHold } from '../operator-hold.ts';
import type { Standing } from './standing.ts';

/** How a host answered as the host of its Node. Null: not known. */
export interface HostAnswer {
  readonly host: string;
  /** The one instance whose tag has the Node's name. */
  readonly instance: string | null;
  readonly hostname: string;
  /** Of /etc/machine-id. */
  readonly machineId: string | null;
}

/** Everything a guard may look at, taken seconds before the stage would act. `now` is epoch milliseconds. */
export interface StageSnapshot {
  readonly incidentId: string;
  /** Of the incident's target, and the names of the cluster that is ours. */
  readonly cluster: string;
  readonly clusters: readonly string[];
  /** Host → UID of its Node as the incident saw it first. */
  readonly firstUids: Readonly<Record<string, string>>;
  /** Every host that could be read in the last look. */
  readonly answers: readonly HostAnswer[];
  readonly stage: Stage;
  readonly diagnosis: Diagnosis;
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  /** What would be done on hosts or in route tables; null for a stage that only takes the node out of service. */
  readonly plan: Plan | null;
  /** The nodes that the stage takes out of service, or whose pods it may disturb; none for a stage that harms nobody. */
  readonly takes: readonly string[];
  /** What incidents have reserved in the cluster. */
  readonly slots: readonly CapacitySlot[];
  readonly labels: FleetLabels;
  readonly budgets: DisruptionBudgets;
  /** The deployment that the incident belongs to: claims of another one are left alone. */
  readonly stackId: string;
  /** Who said no to a stage of this incident, and a node that a person took back. */
  readonly handsOff: HandsOff | null;
  readonly hold: OperatorHold | null;
  /** Whether stages with the approval `by-policy` ask. */
  readonly approveByPolicy: boolean;
  /** The team's own rules that count now; the first that fits decides who is asked. */
  readonly approvalRules: readonly ApprovalRule[];
  readonly standing: Standing;
  readonly now: number;
}
