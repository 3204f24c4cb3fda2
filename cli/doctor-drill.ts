import { createKubernetesCluster } from '../adapters/kubernetes/kubernetes-cluster.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import { pluggedEndpoint, ssmClients } from '../local/aws-clients.ts';
import { type LocalConfig, loadLocalConfig } from '../local/config.ts';
import { commandRunner } from '../local/ssm/command-runner.ts';
import type { CliIo } from './cli-io.ts';
import { clusterFrom } from './cluster-option.ts';
import { actingCommands } from './doctor/commands-sent.ts';
import { type Drilled, drillVerdict } from './doctor/drill-verdict.ts';
import { chooseNode, type DrilledNode } from './doctor/drilled-node.ts';
import { type Place, type PlaceOptions, placeFrom } from './doctor/place.ts';
import { followTestAlert } from './follow-test-alert.ts';
import { type StepLog, stepLog } from './step-log.ts';
import { placeOf, withIncidents } from './table-options.ts';
import { UsageError } from './usage-error.ts';
import { waitSecondsFrom } from './wait-seconds.ts';
import { intakeSender, webhookFrom } from './webhook-options.ts';

export interface DrillOptions extends PlaceOptions {
  readonly node?: string | undefined;
  readonly cluster?: string | undefined;
  readonly wait: string;
  readonly json: boolean;
}

/** `restitch doctor --drill`. Exit code 1: it did not end as healthy, something was done to a node, or no node would do. */
export async function doctorDrill(options: DrillOptions, io: CliIo): Promise<number> {
  const waitSeconds = waitSecondsFrom(options.wait);
  const place = await placeFrom(options, io);
  const config = loadLocalConfig(place.environment);
  const cluster = clusterFrom(options.cluster, place.environment);
  const sender = intakeSender(await webhookFrom(options, place.environment));
  const log = stepLog(options, io);
  return withIncidents({}, place, async (store) => {
    const chosen = await choose(place, config, store, { cluster, node: options.node });
    if (chosen.type === 'none') {
      const lines = ['Failed: there is no node to try it with.', ...chosen.reasons.map((reason) => `  ${reason}`)];
      return end({ passed: false, lines }, { incidentId: null, node: null }, log, options, io);
    }
    const { node, instanceId } = chosen;
    log.say(0, `${node} (${instanceId}) is Ready, its agent is online, and nobody works on it`);
    const drilled = await drill(store, config, { target: { cluster, node }, sender, waitSeconds }, log);
    const incidentId = drilled.incident?.incidentId ?? null;
    return end(drillVerdict(drilled, placeOf(options)), { incidentId, node }, log, options, io);
  });
}

function choose(
  place: Place,
  config: LocalConfig,
  store: Pick<IncidentStore, 'getLatest'>,
  { cluster, node }: { readonly cluster: string; readonly node: string | undefined },
): Promise<DrilledNode> {
  const [first] = place.clusters;
  const { configure, instances } = place.clusters.find(({ names }) => names?.includes(cluster)) ?? first;
  if (instances.elsewhere !== undefined)
    throw new UsageError(`the nodes of ${cluster} are in ${instances.elsewhere}: --drill looks in one account only`);
  const commands = commandRunner(ssmEndpoint(config), config, instances);
  const ports = { cluster: createKubernetesCluster(configure), commands, store };
  return chooseNode(ports, { cluster, node, roleLabel: config.LABEL_ROLE });
}

type TestAlert = Parameters<typeof followTestAlert>[1];

async function drill(
  store: Pick<IncidentStore, 'get' | 'getLatest' | 'readReceipt'>,
  config: LocalConfig,
  alert: TestAlert,
  log: StepLog,
): Promise<Drilled> {
  const since = Date.now();
  // Nothing more happens to it by itself, and the end of the alert is sent at once.
  const rests = ['closed', 'handed-over', 'held', 'awaiting-approval'];
  const seen = await followTestAlert(store, alert, log, ({ phase }) => rests.includes(phase));
  const { waitSeconds } = alert;
  if (seen === undefined) return { incident: undefined, receipt: [], commands: undefined, waitSeconds };
  const { incidentId } = seen;
  const { client } = ssmClients(ssmEndpoint(config), config.AWS_REGION);
  try {
    const asked = { incidentId, since, prefix: config.DOCUMENT_PREFIX };
    return {
      incident: await store.get(incidentId),
      receipt: await store.readReceipt(incidentId),
      // Who may not ask is told so, and the receipt decides.
      commands: await actingCommands(client, asked).catch(() => undefined),
      waitSeconds,
    };
  } finally {
    client.destroy();
  }
}

function ssmEndpoint(config: LocalConfig) {
  const url = config.AWS_ENDPOINT_URL_SSM;
  return url === undefined ? undefined : pluggedEndpoint(url, config);
}

function end(
  { passed, lines }: { readonly passed: boolean; readonly lines: readonly string[] },
  found: { readonly incidentId: string | null; readonly node: string | null },
  { steps }: StepLog,
  { json }: DrillOptions,
  { out }: CliIo,
): number {
  if (json) out(JSON.stringify({ passed, ...found, lines, steps }));
  else for (const line of lines) out(line);
  return passed ? 0 : 1;
}
