import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import type { Table } from '../../adapters/aws/dynamodb-table.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { Log } from '../../core/log.ts';
import { readCase } from '../../functions/console/read-case.ts';
import { createOverview, MOST_INCIDENTS } from '../../functions/console/read-overview.ts';
import { settingsFrom } from '../../functions/runbook/config.ts';
import type { BackingServices } from '../backing-services.ts';
import type { LocalConfig } from '../config.ts';
import { standInUsers } from '../slack/slack-payloads.ts';
import { createConsole } from './console.ts';
import { createDrills, type Drills } from './drills.ts';

/** The page is read twice a second. */
const LOOKS_AT_ONCE = 10;

/** What `npm start` runs. */
interface ConsoleServices {
  readonly config: LocalConfig;
  readonly services: Pick<BackingServices, 'own' | 'cluster' | 'kubeconfig' | 'slack'>;
  readonly url: string;
  /** The tokens that Alertmanager may send. */
  readonly tokens: readonly string[];
  readonly log: Log;
}

/** Reads the same records as the functions do. */
export function openConsole(
  { config, services, url, tokens }: ConsoleServices,
  table: Table,
  store: IncidentStore,
  drills: Drills | undefined,
) {
  const { labels, budgets, approvalRules: rules } = settingsFrom(config);
  const { own, cluster, slack } = services;
  const approvals = createApprovalStore(table);
  const { pauses } = createSafetyRecords(table);
  const [token = ''] = tokens;
  return createConsole({
    store,
    overview: createOverview(
      {
        store,
        pauses,
        ledger: createCapacityLedger(table),
        listNodes: () => cluster.listNodes(),
        clock: Date.now,
      },
      { labels, budgets, mostClosed: MOST_INCIDENTS, mostLooks: LOOKS_AT_ONCE },
    ),
    readCase: (incidentId) => readCase(incidentId, { store, approvals }, { approvers: slack.approvers, rules }),
    slack: own.slack,
    drills,
    setup: {
      fleet: own.fleet?.kind ?? 'your cluster',
      users: own.slack === undefined ? [] : standInUsers,
      standIn: own.slack !== undefined,
      hints: { webhookUrl: `${url}/webhook`, token },
      faults: drills?.faults ?? null,
      stack: null,
    },
  });
}

/** Only nodes of our own may be broken: a fleet of the lab whose commands and Node objects are our stand-ins'. */
export function openDrills({ config, services, url, tokens, log }: ConsoleServices): Drills | undefined {
  const { own, kubeconfig } = services;
  const isOurs = own.ssm !== undefined && kubeconfig !== undefined;
  const [token = ''] = tokens;
  return createDrills({
    fleet: isOurs ? own.fleet : undefined,
    variant: config.LAB_VARIANT ?? config.FLANNEL_BACKEND ?? 'vxlan',
    webhook: { webhookUrl: `${url}/webhook`, token },
    log,
  });
}
