import type { FleetLeases } from '../../evidence/fleet-leases.ts';
import type { EndpointSet } from '../../repair/endpoint-set.ts';
import type { Autonomy } from '../autonomy.ts';
import type { BreakerLimits, BreakerRecord } from '../breaker.ts';
import type { HostWindow } from '../maintenance-window.ts';
import type { HostMemory, MemoryLimits } from '../memory.ts';
import type { PauseList, PauseSubject } from '../pause.ts';
import type { StaleLeaseLimits } from '../stale-leases.ts';

/** What stands beyond the incident: people's pauses and windows, and what earlier incidents left behind. */
export interface Standing {
  readonly pauses: PauseList | undefined;
  readonly pauseSubject: PauseSubject;
  /** The number of the run that wants to act. */
  readonly run: number;
  /** Every host that would be acted on; undefined where nothing was done to it yet. */
  readonly memories: readonly {
    readonly host: string;
    readonly memory: HostMemory | undefined;
    /** Of WireGuard peers that the stage would set there. */
    readonly endpoints?: readonly EndpointSet[];
  }[];
  readonly memoryLimits: MemoryLimits;
  /** Of the node's own breakers, without the nodes that they counted or hold. */
  readonly breakers: BreakerRecord;
  readonly breakerLimits: BreakerLimits;
  /** The breakers of the node, by name. */
  readonly breakerScopes: readonly string[];
  /** Whether the stage is the first rung that its runbook has against the cause. */
  readonly cheapest: boolean;
  /** Every host that would be acted on. */
  readonly windows: readonly HostWindow[];
  readonly autonomy: Autonomy;
  /** Of the whole cluster; null: they could not be read. */
  readonly leases: FleetLeases | null;
  readonly leaseLimits: StaleLeaseLimits;
}
