import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awsClientOptions } from '../../adapters/aws/client-options.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { Log } from '../../core/log.ts';
import { dynamoDbClient, sqsClient } from '../../local/aws-clients.ts';
import type { DrilledRuntime } from '../../local/drill.ts';
import { listenOnLoopback } from '../../local/http.ts';
import { clusterFrom } from '../../local/kubernetes/cluster-from.ts';
import { serveFunctionUrls } from '../../local/serve-function-urls.ts';
import type { UsageMeter } from '../cost/usage-meter.ts';
import { type AwsGate, forwardTo, openAwsGate, secretsService } from './aws-gate.ts';
import { createQueues, createTables } from './deploy-stores.ts';
import { createDeployments, type Deployments } from './deployments.ts';
import { createDurableService, type DurableService } from './durable-service.ts';
import { functionIdOf, guardedFunction, type Invoke, publicUrls, scheduledFunctions } from './entry-points.ts';
import { startEventSources } from './event-sources.ts';
import { startIamFunctionUrl } from './iam-function-url.ts';
import { arnOf, createResolve, REGION, type Resolve } from './physical-names.ts';
import { createRunbookVersions, type RunbookVersions } from './runbook-versions.ts';
import { type StandIns, startStandIns } from './start-stand-ins.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

/** Who may look at the console page, by access key. */
export const viewers = { AKIAANN: { secret: 'secret-of-ann', arn: 'arn:aws:iam::111122223333:user/ann' } } as const;

export interface RunningTemplate {
  /** The URL of the console function, for `viewers`. Undefined: the template has none. */
  readonly consoleUrl: string | undefined;
  readonly runtime: DrilledRuntime;
  readonly standIns: StandIns;
  readonly gate: AwsGate;
  /** Deploys another release over this one. */
  readonly deploy: Deployments['deploy'];
  readonly versions: RunbookVersions;
  readonly executions: DurableService['executions'];
  /** Calls what the template's rules call by a schedule, as if their time had come; with their clocks ahead, as if it had passed. */
  runSchedules(aheadMs?: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export interface TemplateOptions {
  readonly template: SynthesizedTemplate;
  readonly stateDir: string;
  readonly kubeconfigSecret: string;
  readonly instanceTag: string;
  readonly log: Log;
  /** Counts what AWS would charge for. */
  readonly meter?: Pick<UsageMeter, 'invoked' | 'answered'>;
}

/** Runs what the template describes on this machine: bundles, environment, mappings, documents and roles are its own. */
export async function startTemplate(options: TemplateOptions): Promise<RunningTemplate> {
  const { template, stateDir, log, meter } = options;
  const server = createServer();
  const functionUrls = await listenOnLoopback(server, 0);
  const urlOf = (constructId: string) => `${functionUrls}/${functionIdOf(template, constructId)}`;
  const standIns = await startStandIns({ ...options, interactivityUrl: () => urlOf('Approval') });
  const gate = await openAwsGate();
  const addresses = { services: gate.url, functionUrls };
  const resolve = createResolve(template, addresses);
  const { dynamoDb, store } = await deployStores(template, resolve, standIns);
  const versions = createRunbookVersions();
  const { deploy, mayCall, close, ...deployed } = createDeployments({
    stateDir,
    services: gate.url,
    slackApi: standIns.slack.apiUrl,
    ssm: standIns.ssm,
    versions,
    resolveIn: (other) => createResolve(other, addresses),
  });
  await deploy(template);
  const invoke: Invoke = (functionId, event, aheadMs) => {
    meter?.invoked(functionId);
    return deployed.invoke(functionId, event, aheadMs);
  };
  const durable = createDurableService({
    path: join(stateDir, 'executions.sqlite'),
    functionArn: arnOf('lambda', `function:${functionIdOf(template, 'Runbook')}`),
    versions: meteredVersions(versions, meter),
    log,
  });
  const queueClient = (functionId: string) => signedSqsClient(functionId, gate.url);
  const sources = startEventSources({ template, resolve, invoke, queueClient, dynamoDb, log });
  gate.connect({
    services: {
      ...forwarded(standIns),
      secretsmanager: secretsService((secretId) => secretOf(secretId, options, standIns)),
      lambda: (request) => versions.service(request) ?? durable.service(request),
    },
    context: { executionOfCallback: durable.executionOfCallback, tagsOf: (id) => tagsOf(id, options, standIns) },
    mayCall,
    onAnswered: (request, { action }, answer) => {
      meter?.answered(request, answer);
      if (action === 'dynamodb:PutItem' && answer.status < 300) sources.written(request);
    },
  });
  serveFunctionUrls(server, publicUrls(template, resolve, invoke), notFound, log);
  const page = guardedFunction(template, resolve, 'Console', invoke);
  const guarded = page && (await startIamFunctionUrl(viewers, page));
  return {
    consoleUrl: guarded?.url,
    runtime: runtimeOf({ url: functionUrls, webhookUrl: urlOf('Intake') }, standIns, store),
    standIns,
    gate,
    deploy,
    versions,
    executions: durable.executions,
    runSchedules: (aheadMs) => Promise.all(scheduledFunctions(template, resolve).map((id) => invoke(id, {}, aheadMs))),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await guarded?.close();
      await sources.stop();
      await durable.engine.stop();
      await close();
      await gate.close();
      await standIns.close();
    },
  };
}

function meteredVersions({ live, run }: RunbookVersions, meter: TemplateOptions['meter']) {
  const metered: RunbookVersions['run'] = (version, event) => {
    meter?.invoked('Runbook');
    return run(version, event);
  };
  return { live, run: metered };
}

function forwarded({ sqs, dynamoDb, ssm }: StandIns) {
  return { sqs: forwardTo(sqs.url), dynamodb: forwardTo(dynamoDb.url), ssm: forwardTo(ssm.url) };
}

function runtimeOf(
  urls: Pick<DrilledRuntime, 'url' | 'webhookUrl'>,
  { secrets, kubernetes }: StandIns,
  store: DrilledRuntime['store'],
): DrilledRuntime {
  const cluster = clusterFrom(kubernetes.kubeconfig);
  return { ...urls, token: secrets.webhookToken, store, services: { cluster } };
}

async function deployStores(template: SynthesizedTemplate, resolve: Resolve, standIns: StandIns) {
  const dynamoDb = dynamoDbClient({ url: standIns.dynamoDb.url, anyCredentials: true }, REGION);
  const sqs = sqsClient({ url: standIns.sqs.url, anyCredentials: true }, REGION);
  await createQueues(sqs, template, resolve);
  await createTables(dynamoDb, template);
  const [tableName = ''] = resourcesOf(template, 'AWS::DynamoDB::Table').map(([id]) => id);
  const store = createIncidentStore(createTable(DynamoDBDocumentClient.from(dynamoDb), tableName));
  return { dynamoDb, store };
}

/** Every host of the fleet has the tag that Restitch looks for. */
function tagsOf(
  instanceId: string,
  { instanceTag }: TemplateOptions,
  { fleet }: StandIns,
): Readonly<Record<string, string>> {
  const host = fleet.hosts.find((candidate) => candidate.instanceId === instanceId);
  return host === undefined ? {} : { [instanceTag]: host.name };
}

/** The secrets, with what a team would have filled in. */
function secretOf(secretId: string, { kubeconfigSecret }: TemplateOptions, { secrets, kubernetes }: StandIns): unknown {
  if (secretId === kubeconfigSecret) return { kubeconfig: kubernetes.kubeconfig };
  if (secretId.includes(':WebhookSecret')) return { current: secrets.webhookToken };
  if (secretId.includes(':SlackSigningSecret')) return { signingSecret: secrets.slackSigningSecret };
  if (secretId.includes(':SlackSecret')) return { botToken: secrets.slackToken };
  return undefined;
}

/** Lambda polls a queue with the rights of the function that it calls. */
function signedSqsClient(functionId: string, endpoint: string): SQSClient {
  const credentials = { accessKeyId: functionId, secretAccessKey: 'local' };
  return new SQSClient({ ...awsClientOptions, region: REGION, endpoint, credentials, useQueueUrlAsEndpoint: false });
}

async function notFound(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(404).end();
}
