import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { Log } from '../core/log.ts';
import { type BackingServices, startBackingServices } from './backing-services.ts';
import type { LocalConfig } from './config.ts';
import { announceDecisions } from './decision-address.ts';
import { closeAtOnce, listenOnUsualPort } from './http.ts';
import { localSecrets } from './secrets.ts';
import { answerNotReady } from './serve-function-urls.ts';
import { announceServices, servicesAddress } from './services-address.ts';
import { startFunctions } from './start-functions.ts';
import { lockStateDir } from './state-lock.ts';
import { announceTable } from './table/open-state-table.ts';
import { announceWebhook } from './webhook-address.ts';

export interface RuntimeOptions {
  readonly stateDir: string;
  /** Null: the default port, or a free one when that is taken. */
  readonly port: number | null;
  readonly config: LocalConfig;
  readonly log: Log;
}

/** All of Restitch, running on one machine. */
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

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { stateDir, config, log } = options;
  const unlock = await lockStateDir(stateDir);
  const server = createServer();
  let services: BackingServices | undefined;
  try {
    const secrets = await localSecrets(stateDir);
    server.on('request', answerNotReady);
    const url = await listenOnUsualPort(server, options.port, DEFAULT_PORT);
    services = await startBackingServices({
      stateDir,
      config,
      secrets,
      interactivityUrl: () => `${url}/slack/interactions`,
    });
    const tokens = config.WEBHOOK_TOKENS ?? [secrets.webhookToken];
    const decisionToken = randomBytes(24).toString('hex');
    const functions = await startFunctions({ stateDir, config, services, server, url, tokens, decisionToken, log });
    const running = services;
    const { AWS_REGION: region, TABLE_NAME: tableName } = config;
    const webhookUrl = `${url}/webhook`;
    const token = tokens[0] ?? secrets.webhookToken;
    const withdrawTable = await announceTable(stateDir, running.dynamoDb, { region, tableName });
    const withdrawWebhook = await announceWebhook(stateDir, { url: webhookUrl, token });
    const withdrawServices = await announceServices(
      stateDir,
      servicesAddress(config, running, { queueUrl: functions.queueUrl, webhookUrl }),
    );
    const withdrawDecisions = await announceDecisions(stateDir, { url: `${url}/decisions`, token: decisionToken });
    return {
      url,
      webhookUrl,
      approvalUrl: `${url}/slack/interactions`,
      token,
      store: functions.store,
      services: running,
      close: async () => {
        await withdrawServices();
        await withdrawDecisions();
        await withdrawWebhook();
        await withdrawTable();
        await functions.close();
        await running.close();
        await unlock();
      },
    };
  } catch (error) {
    // A server that listens would keep the process alive after the error is reported.
    await closeAtOnce(server);
    await services?.close();
    await unlock();
    throw error;
  }
}
