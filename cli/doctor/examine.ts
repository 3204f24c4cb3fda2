import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAccessReviews } from '../../adapters/kubernetes/access-reviews.ts';
import { createKubernetesCluster } from '../../adapters/kubernetes/kubernetes-cluster.ts';
import { createSlackClient } from '../../adapters/slack/slack-client.ts';
import { dynamoDbClient, type Endpoint, pluggedEndpoint, sqsClient, ssmClients } from '../../local/aws-clients.ts';
import { type LocalConfig, loadLocalConfig } from '../../local/config.ts';
import { commandRunner } from '../../local/ssm/command-runner.ts';
import { ownDocuments } from '../../local/ssm/own-documents.ts';
import { alertmanagerChecks } from './alertmanager-checks.ts';
import { type Check, failed, look, notChecked, ok } from './check.ts';
import { clockCheck } from './clock-check.ts';
import { clusterChecks } from './cluster-checks.ts';
import { type DeployedFile, declaredFleetCheck } from './declared-fleet.ts';
import { documentChecks } from './document-checks.ts';
import { neededRights } from './needed-rights.ts';
import { nodeChecks } from './node-checks.ts';
import type { ClusterPlace, Place } from './place.ts';
import { queueChecks } from './queue-checks.ts';
import { slackChecks } from './slack-checks.ts';
import { tableChecks } from './table-checks.ts';
import { tokenCheck } from './token-check.ts';
import { webhookCheck } from './webhook-check.ts';

/** What the Slack client would log is in the check itself. */
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

const deployed = (...path: readonly string[]) =>
  readFile(join(import.meta.dirname, '..', '..', 'deploy', ...path), 'utf8');

/** What is looked at beside the place itself. */
export interface Given {
  /** A file or an address. */
  readonly alertmanager: string | undefined;
  readonly file: DeployedFile | undefined;
}

/** Every reach and permission that can be looked at from here. Changes nothing. */
export async function examine(place: Place, { alertmanager, file }: Given): Promise<readonly Check[]> {
  const config = loadLocalConfig(place.environment);
  const parts = await Promise.all([
    ofTable(place, config),
    ofQueue(place, config),
    ofDocuments(config),
    ...place.clusters.map((cluster) => ofCluster(cluster, place.environment, config, file)),
    ofSlack(place, config),
    webhookCheck(place.webhookUrl).then((check) => [check]),
    alertmanagerChecks(alertmanager, { receiver: config.ALERTMANAGER_RECEIVER, webhookUrl: place.webhookUrl }),
  ]);
  return parts.flat();
}

async function ofTable({ standIns }: Place, config: LocalConfig): Promise<readonly Check[]> {
  const client = dynamoDbClient(endpointOf(config, config.AWS_ENDPOINT_URL_DYNAMODB), config.AWS_REGION);
  try {
    const checks = await tableChecks(client, config.TABLE_NAME, standIns.includes('dynamodb'));
    return [...checks, await clockCheck(client)];
  } finally {
    client.destroy();
  }
}

async function ofQueue({ standIns, environment }: Place, config: LocalConfig): Promise<readonly Check[]> {
  const queueUrl = environment['QUEUE_URL'];
  if (queueUrl === undefined) return [{ area: 'queue', subject: 'work', ...notChecked('its URL is not known') }];
  const client = sqsClient(endpointOf(config, config.AWS_ENDPOINT_URL_SQS), config.AWS_REGION);
  try {
    return await queueChecks(client, queueUrl, standIns.includes('sqs'));
  } finally {
    client.destroy();
  }
}

async function ofDocuments(config: LocalConfig): Promise<readonly Check[]> {
  const { client } = ssmClients(endpointOf(config, config.AWS_ENDPOINT_URL_SSM), config.AWS_REGION);
  try {
    return await documentChecks(client, ownDocuments(config));
  } finally {
    client.destroy();
  }
}

/** The API server of one cluster, what the functions may do there, and the instances of its nodes. */
async function ofCluster(
  cluster: ClusterPlace,
  environment: Place['environment'],
  config: LocalConfig,
  file: DeployedFile | undefined,
): Promise<readonly Check[]> {
  const { names, configure, asks } = cluster;
  const rights = neededRights(await deployed('kubernetes', 'rbac.yaml'));
  const checks = await Promise.all([
    clusterChecks({ ...cluster, reviews: createAccessReviews(configure) }, rights),
    // A person's own credentials are not those of the functions.
    asks === 'self' ? tokenCheck(cluster, Date.now()).then((check) => [check]) : [],
    ofInstances(cluster, config),
    file === undefined
      ? []
      : declaredFleetCheck(file, names ?? environment['CLUSTERS']?.split(','), createKubernetesCluster(configure)).then(
          (check) => [check],
        ),
  ]);
  const name = names === undefined ? '' : `${names[0]}: `;
  return checks.flat().map((check) => ({ ...check, subject: `${name}${check.subject}` }));
}

async function ofInstances({ configure, instances }: ClusterPlace, config: LocalConfig): Promise<readonly Check[]> {
  const { elsewhere } = instances;
  if (elsewhere !== undefined) {
    const how = 'look with the credentials of that account: aws ssm describe-instance-information, list-documents';
    return [{ area: 'nodes', subject: 'instances and documents', ...notChecked(`they are in ${elsewhere}`, how) }];
  }
  const commands = commandRunner(endpointOf(config, config.AWS_ENDPOINT_URL_SSM), config, instances);
  return nodeChecks(createKubernetesCluster(configure), commands);
}

async function ofSlack({ slackToken, approvers, environment }: Place, config: LocalConfig): Promise<readonly Check[]> {
  const tokens: string[] = [];
  const secret = await look('Slack', 'secret', 'fill it in, as docs/install.md says', async () => {
    tokens.push(await slackToken());
    return ok('can be read');
  });
  const [token] = tokens;
  const list = { area: 'approvers', subject: 'list', ...approversFinding(approvers) };
  if (token === undefined) return [secret, { area: 'Slack', subject: 'token', ...notChecked('it is not known') }, list];
  const client = createSlackClient(token, { apiUrl: config.SLACK_API_URL, log: silentLog });
  return [
    ...(await slackChecks(client, environment['SLACK_CHANNEL'], await deployed('slack', 'app-manifest.yaml'))),
    list,
  ];
}

function approversFinding(approvers: readonly string[] | undefined) {
  if (approvers === undefined) return notChecked('only the deployed function has it', 'ask in Slack: /restitch who');
  if (approvers.length > 0) return ok(approvers.join(', '));
  return failed('empty: nobody may approve, and every question expires', 'set approvers');
}

function endpointOf(config: LocalConfig, url: string | undefined): Endpoint | undefined {
  return url === undefined ? undefined : pluggedEndpoint(url, config);
}
