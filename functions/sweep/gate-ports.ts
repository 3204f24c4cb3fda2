import type { Incident } from '../../core/incident/incident.ts';
import type { BreakerLimits } from '../../core/safety/breaker.ts';
import type { Sickness } from '../../core/safety/health-gate.ts';
import type { OperatorHolds } from '../../core/safety/operator-hold.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import type { CapacitySettings } from '../capacity-environment.ts';
import type { SweepPorts } from './sweep.ts';

export interface GatePorts extends SweepPorts {
  readonly holds: OperatorHolds;
  readonly safety: Pick<SafetyRecords, 'pauses' | 'breakers'>;
}

export interface GateSettings extends CapacitySettings {
  /** How long a node's network must be sick. 0: no node is gated; what is gated is still given back. */
  readonly afterSeconds: number;
  /** `shadow`: what would be done is recorded. */
  readonly mode: 'shadow' | 'act';
  readonly stackId: string;
  readonly breaker: BreakerLimits;
}

export type SickIncident = Incident & { readonly sick: Sickness };
