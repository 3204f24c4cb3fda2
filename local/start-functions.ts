import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../adapters/aws/dynamodb-incident-store.ts';
import { recordKeyOf } from '../adapters/aws/dynamodb-shown-messages.ts';
import { createTable, type Table } from '../adapters/aws/dynamodb-table.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { Log } from '../core/log.ts';
import { createApproval } from '../functions/approval/create.ts';
import { ANSWERS_PATH } from '../functions/approval/webhook-answer.ts';
import { createDispatch } from '../functions/dispatch/create.ts';
import { createForward } from '../functions/forward/create.ts';
import { createIntake } from '../functions/intake/create.ts';
import { createNotify } from '../functions/notify/create.ts';
import { createRunbook } from '../functions/runbook/create.ts';
import { createSweep } from '../functions/sweep/create.ts';
import { approvalWebhookOf } from './approval-webhook.ts';
import { awsOptionsFor, dynamoDbClient, sqsClient } from './aws-clients.ts';
import type { BackingServices } from './backing-services.ts';
import type { LocalConfig } from './config.ts';
import { openConsole, openDrills } from './console/open-console.ts';
import { withLocalCaller } from './decision-address.ts';
import { createEmbeddedEngine } from './durable/embedded-engine.ts';
import { functionEnvironment } from './function-environment.ts';
import { closeAtOnce } from './http.ts';
import { osUser } from './os-user.ts';
import { ensureQueue } from './queue/ensure-queue.ts';
import { startEventSource } from './queue/event-source.ts';
import { serveFunctionUrls } from './serve-function-urls.ts';
import { ensureTable } from './table/ensure-table.ts';
import { openTableStream, type TableStream } from './table/table-stream.ts';

export interface FunctionsOptions {
  readonly stateDir: string;
  readonly config: LocalConfig;
  readonly services: BackingServices;
  readonly server: Server;
  readonly url: string;
  /** The tokens that Alertmanager may send. */
  readonly tokens: readonly string[];
  /** The token of the command line, which only this user can read. */
  readonly decisionToken: string;
  readonly log: Log;
}

export interface RunningFunctions {
  readonly store: IncidentStore;
  /** Of the queue between intake and dispatch. */
  readonly queueUrl: string;
  close(): Promise<void>;
}

/** A stop waits at most this long for a running repair, which is on disk and goes on after the next start. */
const STOP_PATIENCE_MS = 2_000;

/** Runs the functions: what Lambda, the event source mapping, the function URLs and the schedule do in AWS. */
export async function startFunctions(options: FunctionsOptions): Promise<RunningFunctions> {
  const { config, services, server, log } = options;
  const sqs = sqsClient(services.sqs, config.AWS_REGION);
  const dynamoDb = dynamoDbClient(services.dynamoDb, config.AWS_REGION);
  await ensureTable(dynamoDb, config.TABLE_NAME);
  const stream = openTableStream(dynamoDb, log);
  const questions = openTableStream(dynamoDb, log, 'questionStream');
  const queueUrl = await ensureQueue(sqs, config.QUEUE_NAME);
  const clients = { sqs, dynamoDb, queueUrl };
  const { engine, intake, dispatch, approval, notify, forward, sweep } = createFunctions(options, clients);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const store = createIncidentStore(table);
  await addUnshown(stream, table);
  stream.start(notify);
  if (forward !== undefined) {
    await addUnshown(questions, table);
    questions.start(forward);
  }
  const urls = {
    '/webhook': intake,
    '/slack/interactions': approval,
    [ANSWERS_PATH]: approval,
    '/decisions': withLocalCaller(approval, options.decisionToken, osUser()),
  };
  const drills = openDrills(options);
  serveFunctionUrls(server, urls, openConsole(options, table, store, drills), log);
  const source = startEventSource(sqs, queueUrl, dispatch, log);
  engine.resume();
  let passes: Promise<unknown> = Promise.resolve();
  const sweepOnce = async (others: Promise<unknown>) => {
    await sweep().catch((error: unknown) => log.error('sweep-failed', { reason: String(error) }));
    await others;
  };
  const sweeping = setInterval(() => {
    passes = sweepOnce(passes);
  }, config.SWEEP_SECONDS * 1_000);
  return {
    store,
    queueUrl,
    close: async () => {
      clearInterval(sweeping);
      drills?.close();
      void closeAtOnce(server);
      await source.stop();
      await Promise.race([passes, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await Promise.race([questions.stop(), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await Promise.race([stream.stop(), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await Promise.race([engine.stop(), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

const RECENT = 50;

/** What may have changed just before the process ended the last time. */
async function addUnshown(stream: TableStream, table: Table): Promise<void> {
  const incidents = await createIncidentStore(table).listRecent(RECENT);
  const approvals = await createApprovalStore(table).listPending();
  for (const { incidentId } of incidents) stream.add(recordKeyOf({ type: 'incident', incidentId }));
  for (const { approvalId } of approvals) stream.add(recordKeyOf({ type: 'approval', approvalId }));
}

interface LocalClients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly queueUrl: string;
}

/** The functions as their handlers create them, with other clients. */
function createFunctions(
  { stateDir, config, services, tokens, log }: FunctionsOptions,
  { sqs, dynamoDb, queueUrl }: LocalClients,
) {
  const environment = functionEnvironment(config, services, queueUrl);
  const cluster = () => services.cluster;
  const { botToken, signingSecret } = services.slack;
  const ssm = awsOptionsFor(services.ssm, config.AWS_REGION);
  const runbook = createRunbook(environment, {
    dynamoDb,
    sqs,
    ssm,
    ec2: services.cloudRoutes.client,
    cluster,
    log,
  });
  const embedded = createEmbeddedEngine({ path: join(stateDir, 'executions.sqlite'), handler: runbook, log });
  const engine = () => embedded;
  const webhook = approvalWebhookOf(config);
  return {
    engine: embedded,
    intake: createIntake(environment, { sqs, tokens: () => async () => tokens, log }),
    dispatch: createDispatch(environment, { dynamoDb, engine, log }),
    approval: createApproval(environment, {
      dynamoDb,
      sqs,
      engine: embedded,
      signingSecret: () => async () => signingSecret,
      slackToken: () => async () => botToken,
      ...(webhook === undefined ? {} : { webhookKeys: () => async () => webhook.answerKeys }),
      log,
    }),
    forward:
      webhook && createForward(environment, { dynamoDb, webhookKeys: () => async () => webhook.questionKeys, log }),
    notify: createNotify(environment, { dynamoDb, slackToken: () => async () => botToken, log }),
    sweep: createSweep(environment, {
      dynamoDb,
      ssm,
      engine,
      cluster,
      alertmanagerToken: alertmanagerToken(config),
      log,
    }),
  };
}

/** Without a token none is sent, because the environment then names no secret. */
function alertmanagerToken({ ALERTMANAGER_TOKEN: token = '' }: LocalConfig) {
  return () => async () => token;
}
