import type { FleetLabels } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { BreakerLimits } from '../../core/safety/breaker.ts';
import type { DisruptionBudgets } from '../../core/safety/disruption-budget.ts';
import type { Sickness } from '../../core/safety/health-gate.ts';
import type { OperatorHolds } from '../../core/safety/operator-hold.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import type { SweepPorts } from './sweep.ts';

export interface GatePorts extends SweepPorts {
  readonly holds: OperatorHolds;
  readonly safety: Pick<SafetyRecords, 'pauses' | 'breakers'>;
}

export interface GateSettings {
  /** How long a node's network must be sick. 0: no node is gated; what is gated is still given back. */
  readonly afterSeconds: number;
  /** `shadow`: what would be done is recorded. */
  readonly mode: 'shadow' | 'act';
  readonly stackId: string;
  readonly labels: FleetLabels;
  readonly budgets: DisruptionBudgets;
  readonly breaker: BreakerLimits;
  readonly claimHours: number;
  readonly coolOffSeconds: number;
}

export type SickIncident = Incident & { readonly sick: Sickness };
