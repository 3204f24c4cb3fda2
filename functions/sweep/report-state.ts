import type { Log } from '../../core/log.ts';
import type { Measurement, Metrics } from '../../core/metrics/measurement.ts';
import { stateMeasurements } from '../../core/metrics/state-measurements.ts';
import { PAUSE_LIST } from '../../core/safety/pause.ts';
import type { PassReads } from './note-reads.ts';
import type { SweepPorts } from './sweep.ts';

export interface StatePorts extends Pick<SweepPorts, 'capacity' | 'safety' | 'clock'> {
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What the figures are about. `clusters`: every name, each with figures of its own. */
export interface StateOf {
  readonly stackId: string;
  readonly clusters: readonly string[];
  readonly reads: PassReads;
  readonly failedParts: readonly string[];
}

/** Writes the figures of every cluster after a pass, and its heartbeat where every part of the pass worked. Never throws. */
export async function reportState(
  ports: StatePorts,
  { stackId, clusters, reads, failedParts }: StateOf,
): Promise<void> {
  const { metrics, capacity, safety, clock, log } = ports;
  const known = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      log.error('figure-not-read', { reason: String(error) });
      return undefined;
    }
  };
  const slots = await known(() => capacity.read());
  const pauses = await known(async () => (await safety.pauses.get(PAUSE_LIST)) ?? null);
  const now = clock();
  for (const cluster of clusters) {
    const breakers = await known(async () => (await safety.breakers.get(cluster)) ?? null);
    const state = stateMeasurements({ cluster, stackId, ...reads, slots, pauses, breakers, now });
    const heartbeat: Measurement = { metric: 'SweepHeartbeat', value: 1, by: { Cluster: cluster } };
    metrics.write(failedParts.length === 0 ? [...state, heartbeat] : state, now);
  }
}

/** Of the whole pass, for every cluster. */
export function reportFailedParts(metrics: Metrics, failedParts: readonly string[], now: number): void {
  metrics.write([{ metric: 'SweepFailedParts', value: failedParts.length, by: {} }], now, { failedParts });
}
