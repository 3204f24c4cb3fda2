import { canonicalAddress } from '../core/alert/canonical-address.ts';
import { repairRequest } from '../core/alert/repair-request.ts';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS, resolveTarget } from '../core/alert/resolve-target.ts';
import type { Target } from '../core/alert/target.ts';
import { pause } from '../local/pause.ts';
import type { CliIo } from './cli-io.ts';
import { clusterFrom } from './cluster-option.ts';
import { followRequest } from './follow-request.ts';
import { repairVerdict } from './repair-verdict.ts';
import { stepLog } from './step-log.ts';
import { environmentOf, orderedBy, placeOf, type TableOptions, withIncidents } from './table-options.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';
import { waitSecondsFrom } from './wait-seconds.ts';
import { type WebhookOptions, webhookFrom } from './webhook-options.ts';

interface RepairOptions extends TableOptions, WebhookOptions {
  readonly node: string;
  readonly cluster?: string | undefined;
  readonly by?: string | undefined;
  readonly wait: string;
}

/** `restitch repair`. Exit code 0: healed or healthy, 1: handed over, or not ended. */
export async function repair(options: RepairOptions, io: CliIo): Promise<number> {
  const waitSeconds = waitSecondsFrom(options.wait);
  const environment = await environmentOf(options, io);
  const target = targetFrom(options.node, clusterFrom(options.cluster, environment));
  const webhook = await webhookFrom(options, environment);
  const by = orderedBy(options.by, io);
  const log = stepLog(options, io);
  const followed = await withIncidents({ stateDir: options.stateDir }, { environment }, (store) =>
    untilInterrupted((signal) => {
      const alert = repairRequest(target, by, Date.now());
      const ports = { store, clock: Date.now, sleep: (milliseconds: number) => pause(milliseconds, signal) };
      return followRequest(ports, { target, alert, webhook, waitSeconds }, log, signal);
    }),
  );
  const { exitCode, lines } = repairVerdict(followed, placeOf(options));
  const { incident, found } = followed;
  const { incidentId = null, phase = null, outcome = null } = incident ?? {};
  if (options.json) io.out(JSON.stringify({ target, by, incidentId, phase, outcome, found, steps: log.steps }));
  else for (const line of lines) io.out(line);
  return exitCode;
}

/** As intake reads the labels. An address is refused: its incident gets another target when its Node is found. */
function targetFrom(node: string, cluster: string): Target {
  const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
  const resolution = resolveTarget({ cluster, node }, rules);
  if (resolution.type === 'refused') throw new UsageError(`--cluster ${cluster} --node ${node}: ${resolution.reason}`);
  if (canonicalAddress(resolution.target.node) !== undefined)
    throw new UsageError(`--node ${node} is an address: give the name of the Node`);
  return resolution.target;
}
