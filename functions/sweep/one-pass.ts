import type { AlertSource } from '../../core/alert/alert-source.ts';
import type { Target } from '../../core/alert/target.ts';
import type { Metrics } from '../../core/metrics/measurement.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { HostLocks, LockHolder } from '../../core/safety/host-lock.ts';
import type { AlertRules } from '../intake/read-alert.ts';
import { type AlertComparison, compareAlerts } from './compare-alerts.ts';
import { countHeld } from './count-held.ts';
import { escalateQuestions } from './escalate-questions.ts';
import { listOnce } from './list-once.ts';
import { noteReads, type PassReads } from './note-reads.ts';
import { reportClosed } from './report-closed.ts';
import { reportFailedParts, reportState } from './report-state.ts';
import { type SweepPorts, type SweepReport, type SweepSettings, sweep } from './sweep.ts';
import { withdrawOrphans } from './withdraw-orphans.ts';

export interface PassPorts extends SweepPorts {
  readonly locks: HostLocks;
  /** Undefined: Alertmanager is not asked. */
  readonly alerts: AlertSource | undefined;
  /** A name that no other pass has. */
  readonly passName: () => string;
  /**
   * Health gating in two steps: reads what must be older than the list of nodes, and returns what gates, which returns how many
   * nodes were tainted. Absent: there is none.
   */
  readonly prepareGate?: (cluster: Cluster) => Promise<() => Promise<number>>;
  /** Removes what earlier deployments left. Absent: nothing was deployed. */
  readonly pruneReleases?: () => Promise<void>;
  /** Keeps the watchdogs' files; returns how many were sent. Absent: they are not kept. */
  readonly keepFiles?: (cluster: Cluster) => Promise<number>;
  /** Absent: nobody reads figures. */
  readonly metrics?: Metrics;
}

export interface PassSettings extends Omit<SweepSettings, 'clusters'> {
  /** Whose alerts are ours, and how they are read. */
  readonly alertRules: AlertRules;
  /** Absent or 0: no question is escalated. */
  readonly escalateAfterSeconds?: number;
}

/** What a pass does for one cluster: its ports show the incidents, questions and slots of this cluster only. */
export interface PassShare {
  readonly ports: PassPorts;
  readonly settings: PassSettings;
}

export type PassReport =
  | (SweepReport &
      AlertComparison & {
        readonly type: 'done';
        readonly withdrawnQuestions: number;
        readonly escalated: number;
        readonly gatedNodes: number;
        readonly sentFiles: number;
        /** Incidents whose figures were written after their end. */
        readonly reportedIncidents: number;
      })
  /** Another pass is still at work. */
  | { readonly type: 'skipped' };

/** The lock of the pass, beside the locks of hosts; no cluster can be called so. */
const PASS: Target = { cluster: '(sweep)', node: 'pass' };
/** As long as the function may take. A pass that died keeps the next ones out until then. */
const LONGEST_PASS_MS = 5 * 60_000;

/**
 * One pass at a time, for every cluster that the stack serves: a cluster whose API does not answer keeps the others from nothing.
 * After a complete pass there is one line `sweep-heartbeat` for each name of the cluster, and the metric `SweepHeartbeat`: an alarm
 * watches that it comes. A pass of which a part failed leaves none.
 */
export async function onePass(shares: readonly [PassShare, ...PassShare[]]): Promise<PassReport> {
  const [{ ports }] = shares;
  const holder: LockHolder = { incidentId: ports.passName(), run: 0 };
  const now = ports.clock();
  const lock = await ports.locks.acquire(PASS, holder, now, now + LONGEST_PASS_MS);
  if (lock.type === 'held') {
    ports.log.info('sweep-skipped', { until: lock.expiresAt });
    return { type: 'skipped' };
  }
  try {
    const report = addUp(await Promise.all(shares.map(passFor)));
    if (ports.metrics !== undefined) reportFailedParts(ports.metrics, report.failedParts, ports.clock());
    return { type: 'done', ...report };
  } finally {
    await ports.locks.release(PASS, holder);
  }
}

async function passFor({ ports, settings }: PassShare) {
  const { report, reads } = await work(ports, settings);
  const { failedParts, ...counts } = report;
  const { metrics } = ports;
  const { clusters } = settings.alertRules;
  if (metrics !== undefined)
    await reportState({ ...ports, metrics }, { stackId: settings.stackId, clusters, reads, failedParts });
  if (failedParts.length === 0) {
    for (const cluster of clusters) ports.log.info('sweep-heartbeat', { ...counts, cluster });
  }
  return report;
}

type Done = Omit<Extract<PassReport, { readonly type: 'done' }>, 'type'>;

function addUp(reports: readonly Done[]): Done {
  const sum = (count: Exclude<keyof Done, 'failedParts'>) => reports.reduce((all, report) => all + report[count], 0);
  return {
    expiredApprovals: sum('expiredApprovals'),
    restartedIncidents: sum('restartedIncidents'),
    rechecks: sum('rechecks'),
    resumed: sum('resumed'),
    releasedClaims: sum('releasedClaims'),
    freedSlots: sum('freedSlots'),
    withdrawnQuestions: sum('withdrawnQuestions'),
    escalated: sum('escalated'),
    gatedNodes: sum('gatedNodes'),
    sentFiles: sum('sentFiles'),
    reportedIncidents: sum('reportedIncidents'),
    missedAlerts: sum('missedAlerts'),
    missedEnds: sum('missedEnds'),
    failedParts: [...new Set(reports.flatMap(({ failedParts }) => failedParts))],
  };
}

const noGate = async () => 0;

/** `reads`: what it listed on the way. */
async function work(given: PassPorts, settings: PassSettings): Promise<{ report: Done; reads: PassReads }> {
  const { ports, reads } = noteReads({ ...given, cluster: listOnce(given.cluster) });
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
  const { cluster, metrics, alerts, prepareGate = async () => noGate, keepFiles = async () => 0 } = ports;
  const gate = await guarded('gate', noGate, () => prepareGate(cluster));
  const report = await sweep(ports, { ...settings, clusters: settings.alertRules.clusters });
  const withdrawnQuestions = await guarded('questions', 0, () => withdrawOrphans(ports, settings.startGraceSeconds));
  const { escalateAfterSeconds = 0 } = settings;
  const escalated = await guarded('escalation', 0, () => escalateQuestions(ports, escalateAfterSeconds));
  const gatedNodes = await guarded('gate', 0, gate);
  await guarded('held', 0, () => countHeld(ports));
  if (ports.pruneReleases !== undefined) await guarded('releases', undefined, ports.pruneReleases);
  const none: AlertComparison = { missedAlerts: 0, missedEnds: 0 };
  const comparison =
    alerts === undefined
      ? none
      : await guarded('alertmanager', none, () => compareAlerts(alerts, ports, settings.alertRules));
  const reportedIncidents =
    metrics === undefined ? 0 : await guarded('closed', 0, () => reportClosed({ ...ports, metrics }));
  // Last: nobody waits for it.
  const sentFiles = await guarded('expected-networks', 0, () => keepFiles(cluster));
  const failedParts = [...report.failedParts, ...failed];
  const counts = { withdrawnQuestions, escalated, gatedNodes, sentFiles, reportedIncidents, ...comparison };
  return { report: { ...report, ...counts, failedParts }, reads: reads() };
}
