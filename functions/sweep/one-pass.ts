import type { AlertSource } from '../../core/alert/alert-source.ts';
import type { Target } from '../../core/alert/target.ts';
import type { HostLocks, LockHolder } from '../../core/safety/host-lock.ts';
import type { AlertRules } from '../intake/read-alert.ts';
import { type AlertComparison, compareAlerts } from './compare-alerts.ts';
import { type SweepPorts, type SweepReport, type SweepSettings, sweep } from './sweep.ts';
import { withdrawOrphans } from './withdraw-orphans.ts';

export interface PassPorts extends SweepPorts {
  readonly locks: HostLocks;
  /** Undefined: Alertmanager is not asked. */
  readonly alerts: AlertSource | undefined;
  /** A name that no other pass has. */
  readonly passName: () => string;
  /** Health gating; returns how many nodes were tainted. Absent: there is none. */
  readonly gateNodes?: () => Promise<number>;
}

export interface PassSettings extends SweepSettings {
  /** Whose alerts are ours, and how they are read. */
  readonly alertRules: AlertRules;
}

export type PassReport =
  | (SweepReport &
      AlertComparison & { readonly type: 'done'; readonly withdrawnQuestions: number; readonly gatedNodes: number })
  /** Another pass is still at work. */
  | { readonly type: 'skipped' };

/** The lock of the pass, beside the locks of hosts; no cluster can be called so. */
const PASS: Target = { cluster: '(sweep)', node: 'pass' };
/** As long as the function may take. A pass that died keeps the next ones out until then. */
const LONGEST_PASS_MS = 5 * 60_000;

/**
 * One pass at a time. After a complete pass there is one line `sweep-heartbeat` for each name of the cluster: an alarm watches
 * that they come. A pass of which a part failed leaves none.
 */
export async function onePass(ports: PassPorts, settings: PassSettings): Promise<PassReport> {
  const holder: LockHolder = { incidentId: ports.passName(), run: 0 };
  const now = ports.clock();
  const lock = await ports.locks.acquire(PASS, holder, now, now + LONGEST_PASS_MS);
  if (lock.type === 'held') {
    ports.log.info('sweep-skipped', { until: lock.expiresAt });
    return { type: 'skipped' };
  }
  try {
    const report = await work(ports, settings);
    const { failedParts, ...counts } = report;
    if (failedParts.length === 0) {
      for (const cluster of settings.alertRules.clusters) ports.log.info('sweep-heartbeat', { ...counts, cluster });
    }
    return { type: 'done', ...report };
  } finally {
    await ports.locks.release(PASS, holder);
  }
}

async function work(ports: PassPorts, settings: PassSettings) {
  const failed: string[] = [];
  /** When one part fails, that is logged and the others go on. */
  const guarded = async <T>(part: string, otherwise: T, body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (error) {
      ports.log.error('sweep-part-failed', { part, reason: String(error) });
      failed.push(part);
      return otherwise;
    }
  };
  const report = await sweep(ports, settings);
  const withdrawnQuestions = await guarded('questions', 0, () => withdrawOrphans(ports, settings.startGraceSeconds));
  const { alerts, gateNodes = async () => 0 } = ports;
  const gatedNodes = await guarded('gate', 0, gateNodes);
  const none: AlertComparison = { missedAlerts: 0, missedEnds: 0 };
  const comparison =
    alerts === undefined
      ? none
      : await guarded('alertmanager', none, () => compareAlerts(alerts, ports, settings.alertRules));
  return { ...report, withdrawnQuestions, gatedNodes, ...comparison, failedParts: [...report.failedParts, ...failed] };
}
