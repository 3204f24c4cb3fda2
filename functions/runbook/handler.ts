import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { WebClient } from '@slack/web-api';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createHostLocks } from '../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { loadCloudRoutes } from '../../adapters/aws/load-cloud-routes.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { createSsmCommandRunner } from '../../adapters/aws/ssm-command-runner.ts';
import { createSlackMessenger } from '../../adapters/slack/slack-messenger.ts';
import { SlackSecret } from '../approval/config.ts';
import { clusterFromEnvironment } from '../cluster-from-environment.ts';
import { loadConfig, settingsFrom } from './config.ts';
import { type RunInput, runIncident } from './run-incident.ts';
import type { RunPorts } from './run-ports.ts';

const config = loadConfig(process.env);
const table = createTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), config.TABLE_NAME);
const secret = createSecretSource(new SecretsManagerClient({}), config.SLACK_SECRET_ID, SlackSecret);

const ports: Omit<RunPorts, 'messenger'> = {
  store: createIncidentStore(table),
  approvals: createApprovalStore(table),
  locks: createHostLocks(table),
  commands: createSsmCommandRunner({
    client: new SSMClient({}),
    sendClient: new SSMClient({ maxAttempts: 1 }),
    documentPrefix: config.DOCUMENT_PREFIX,
    instanceTag: config.INSTANCE_TAG,
  }),
  cluster: clusterFromEnvironment(config),
  cloudRoutes: loadCloudRoutes(config.ROUTE_TABLES, {}),
  // biome-ignore lint/style/noRestrictedGlobals: this is the clock port itself; the workflow calls it inside steps only
  clock: Date.now,
  sleep: (milliseconds) => sleep(milliseconds),
  digest: (text) => createHash('sha256').update(text).digest('hex'),
  log: createJsonLog(),
};

export const handler = withDurableExecution(async (input: RunInput, context: DurableContext) => {
  const { botToken } = await secret();
  const slack = new WebClient(
    botToken,
    config.SLACK_API_URL === undefined ? {} : { slackApiUrl: config.SLACK_API_URL },
  );
  const messenger = createSlackMessenger(slack, config.SLACK_CHANNEL);
  return runIncident(input, context, { ...ports, messenger }, settingsFrom(config));
});
