import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../adapters/aws/dynamodb-approval-store.ts';
import { createHostLocks } from '../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../adapters/aws/dynamodb-table.ts';
import { createSqsWorkQueue } from '../adapters/aws/sqs-work-queue.ts';
import { createSlackMessenger } from '../adapters/slack/slack-messenger.ts';
import { createClickerAnswer } from '../adapters/slack/tell-clicker.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { Log } from '../core/log.ts';
import { decideApproval } from '../functions/approval/approval.ts';
import { handleBatch } from '../functions/dispatch/handle-batch.ts';
import type { HttpEvent, HttpResponse } from '../functions/http-event.ts';
import { intake } from '../functions/intake/intake.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { type RunInput, runIncident } from '../functions/runbook/run-incident.ts';
import { sweep } from '../functions/sweep/sweep.ts';
import { dynamoDbClient, sqsClient } from './aws-clients.ts';
import { type BackingServices, startBackingServices } from './backing-services.ts';
import type { LocalConfig } from './config.ts';
import { createConsole } from './console/console.ts';
import { createEmbeddedEngine } from './durable/embedded-engine.ts';
import { listenOnLoopback, readBody } from './http.ts';
import { ensureQueue } from './queue/ensure-queue.ts';
import { startEventSource } from './queue/event-source.ts';
import { localSecrets } from './secrets.ts';
import { commandRunner } from './ssm/command-runner.ts';
import { lockStateDir } from './state-lock.ts';
import { ensureTable } from './table/ensure-table.ts';

export interface RuntimeOptions {
  readonly stateDir: string;
  /** Null: the default port, or a free one when that is taken. */
  readonly port: number | null;
  readonly config: LocalConfig;
  readonly log: Log;
}

/** The whole of Restitch on one machine, at work. */
export interface Runtime {
  readonly url: string;
  readonly webhookUrl: string;
  readonly approvalUrl: string;
  readonly token: string;
  readonly store: IncidentStore;
  readonly services: BackingServices;
  close(): Promise<void>;
}

const DEFAULT_PORT = 8_787;
/** A repair in flight is on disk; a stop does not wait for it longer than this. */
const STOP_PATIENCE_MS = 2_000;

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { stateDir, config } = options;
  const unlock = await lockStateDir(stateDir);
  let services: BackingServices | undefined;
  try {
    const secrets = await localSecrets(stateDir);
    const server = createServer();
    // Somebody may knock before the functions are wired: Alertmanager comes again after a 503.
    server.on('request', notReady);
    const url = await listen(server, options.port);
    services = await startBackingServices({
      stateDir,
      config,
      secrets,
      interactivityUrl: () => `${url}/slack/interactions`,
    });
    const functions = await startFunctions(options, services, server, {
      url,
      token: config.WEBHOOK_TOKENS?.[0] ?? secrets.webhookToken,
    });
    const running = services;
    return {
      url,
      webhookUrl: `${url}/webhook`,
      approvalUrl: `${url}/slack/interactions`,
      token: functions.token,
      store: functions.store,
      services: running,
      close: async () => {
        await functions.close();
        await running.close();
        await unlock();
      },
    };
  } catch (error) {
    await services?.close();
    await unlock();
    throw error;
  }
}

/** Wires the five functions to their services, as the handlers do in AWS. */
async function startFunctions(
  { stateDir, config, log }: RuntimeOptions,
  services: BackingServices,
  server: Server,
  { url, token }: { readonly url: string; readonly token: string },
) {
  const region = config.AWS_REGION;
  const sqs = sqsClient(services.sqs, region);
  const dynamoDb = dynamoDbClient(services.dynamoDb, region);
  await ensureTable(dynamoDb, config.TABLE_NAME);
  const queueUrl = await ensureQueue(sqs, config.QUEUE_NAME);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const store = createIncidentStore(table);
  const approvals = createApprovalStore(table);
  const clock = Date.now;
  const runPorts = {
    store,
    approvals,
    locks: createHostLocks(table),
    commands: commandRunner(services.ssm, config),
    cluster: services.cluster,
    cloudRoutes: services.cloudRoutes,
    messenger: createSlackMessenger(services.slack.client, config.SLACK_CHANNEL),
    clock,
    sleep: (milliseconds: number) => sleep(milliseconds),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
    log,
  };
  const engine = createEmbeddedEngine({
    path: join(stateDir, 'executions.sqlite'),
    handler: withDurableExecution((input: RunInput, context: DurableContext) =>
      runIncident(input, context, runPorts, settingsFrom(config)),
    ),
    log,
  });
  const rules = {
    clusterLabels: config.CLUSTER_LABELS,
    nodeLabels: config.NODE_LABELS,
    defaultCluster: config.DEFAULT_CLUSTER,
  };
  const tokens = config.WEBHOOK_TOKENS ?? [token];
  const routes: Readonly<Record<string, (event: HttpEvent) => Promise<HttpResponse>>> = {
    '/webhook': (event) =>
      intake(
        event,
        { queue: createSqsWorkQueue(sqs, queueUrl), tokens: async () => tokens, clock, log },
        { rules, maxBodyBytes: config.MAX_BODY_BYTES },
      ),
    '/slack/interactions': (event) =>
      decideApproval(
        event,
        {
          approvals,
          engine,
          signingSecret: async () => services.slack.signingSecret,
          tell: createClickerAnswer(log),
          clock,
          log,
        },
        { approvers: services.slack.approvers },
      ),
  };
  const fleet = services.own.fleet?.kind ?? 'your cluster';
  const page = createConsole({
    store,
    slack: services.own.slack,
    hints: () => ({ webhookUrl: `${url}/webhook`, token, fleet }),
  });
  server.off('request', notReady);
  server.on('request', (request, response) => {
    void serve(request, response, routes, page, log);
  });
  const source = startEventSource(sqs, queueUrl, (event) => handleBatch(event, { store, engine, clock, log }), log);
  engine.resume();
  const sweepPorts = { store, approvals, engine, cluster: services.cluster, clock, log };
  const sweeping = setInterval(() => {
    void sweep(sweepPorts, { recheckSeconds: config.RECHECK_SECONDS, startGraceSeconds: config.START_GRACE_SECONDS });
  }, config.SWEEP_SECONDS * 1_000);
  return {
    store,
    token,
    close: async () => {
      clearInterval(sweeping);
      server.closeAllConnections();
      server.close();
      await source.stop();
      await Promise.race([engine.stop(), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Readonly<Record<string, (event: HttpEvent) => Promise<HttpResponse>>>,
  page: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  log: Log,
): Promise<void> {
  try {
    const route = routes[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (route === undefined) return await page(request, response);
    const { statusCode, headers, body } = await route(await toEvent(request));
    response.writeHead(statusCode, headers);
    response.end(body);
  } catch (error) {
    log.error('request-failed', { url: request.url, reason: String(error) });
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'internal error' }));
  }
}

function notReady(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ error: 'starting' }));
}

/** The request as a function URL would hand it to the function. */
async function toEvent(request: IncomingMessage): Promise<HttpEvent> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  return {
    headers,
    body: (await readBody(request)).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: request.method ?? 'GET' } },
  };
}

async function listen(server: Server, port: number | null): Promise<string> {
  if (port !== null) return listenOnLoopback(server, port);
  try {
    return await listenOnLoopback(server, DEFAULT_PORT);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return listenOnLoopback(server, 0);
  }
}
