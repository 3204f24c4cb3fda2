import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { bodyOf, HttpEvent, type HttpResponse, json } from '../functions/http-event.ts';
import { createIntake } from '../functions/intake/create.ts';
import { sqsClient } from '../local/aws-clients.ts';
import { loadLocalConfig } from '../local/config.ts';
import { functionEnvironment } from '../local/function-environment.ts';
import { startEmbeddedSqs } from '../local/queue/embedded-sqs.ts';
import { ensureQueue } from '../local/queue/ensure-queue.ts';
import { serveFunctionUrls } from '../local/serve-function-urls.ts';
import { median, report } from './bench-table.ts';
import { alertOf, postWebhook, webhookOf } from './webhooks.ts';

/**
 * `node bench/intake.ts [--json]`: webhooks of 1, 10 and 100 alerts to intake, and to a floor in the same server, which parses the body as
 * JSON and sends it to the same queue in batches of ten; both take turns. The ratio is that of the requests a second: 1 is as fast as
 * the floor. Then a flood: 2,000 alerts, of which some come twice and some are malformed, and what of them is in the queue.
 */
const ROUNDS = 200;
/** Rounds before those that count: code that has just been loaded is slower. */
const WARM_UP = 100;
const SIZES = [1, 10, 100];
const FLOOD = 2_000;
const TWICE_EACH = 10;
const MALFORMED_EACH = 20;
const GROUP = 10;
const TOKEN = 'bench';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
const sqs = await startEmbeddedSqs(folder);
const client = sqsClient({ url: sqs.url, anyCredentials: true }, 'eu-central-1');
const server = createServer();
try {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const queueUrl = await ensureQueue(client, 'restitch');
  const urls = {
    '/webhook': intakeTo(client, queueUrl),
    '/floor': floorTo(client, await ensureQueue(client, 'floor')),
  };
  serveFunctionUrls(server, urls, async (_, response) => void response.writeHead(404).end(), log);
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  await compare(base);
  await flood(base, queueUrl);
} finally {
  server.closeAllConnections();
  server.close();
  client.destroy();
  await sqs.close();
  await rm(folder, { recursive: true, force: true });
}

function intakeTo(to: SQSClient, queueUrl: string) {
  const slack = {
    apiUrl: '',
    botToken: '',
    signingSecret: '',
    approvers: [],
    place: { workspace: '', app: '', channel: '' },
  };
  const services = { cloudRoutes: { tables: [], client: {} }, slack };
  const environment = functionEnvironment(loadLocalConfig({}), services, queueUrl);
  return createIntake(environment, { sqs: to, tokens: () => async () => [TOKEN], log });
}

function floorTo(to: SQSClient, queueUrl: string) {
  return async (event: unknown): Promise<HttpResponse> => {
    const {
      alerts,
    }: { alerts: readonly { readonly fingerprint: string; readonly labels: { readonly node: string } }[] } = JSON.parse(
      bodyOf(HttpEvent.parse(event)).toString('utf8'),
    );
    const batches = Array.from({ length: Math.ceil(alerts.length / GROUP) }, (_, n) =>
      alerts.slice(n * GROUP, (n + 1) * GROUP),
    );
    await Promise.all(
      batches.map((batch) => {
        const Entries = batch.map((alert, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(alert),
          MessageGroupId: alert.labels.node,
          MessageDeduplicationId: alert.fingerprint,
        }));
        return to.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      }),
    );
    return json(200, { received: alerts.length });
  };
}

async function compare(base: string): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const size of SIZES) {
    const times: Record<'/webhook' | '/floor', number[]> = { '/webhook': [], '/floor': [] };
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      for (const path of ['/webhook', '/floor'] as const) {
        const body = webhookOf(
          Array.from({ length: size }, (_, n) => alertOf(`${path.slice(1)}-${size}-${round}-${n}`)),
        );
        const begin = performance.now();
        await postWebhook(`${base}${path}`, TOKEN, body);
        if (round >= 0) times[path].push(performance.now() - begin);
      }
    }
    const [intake, floor] = [median(times['/webhook'], 2), median(times['/floor'], 2)];
    rows.push([`${size} alerts`, intake, floor, Number((floor / intake).toFixed(2))]);
  }
  report({
    title: 'intake beside its floor, medians',
    columns: ['webhook of', 'intake ms', 'floor ms', 'ratio'],
    rows,
  });
}

/** Groups of ten, as fast as they are answered. */
async function flood(base: string, queueUrl: string): Promise<void> {
  const alerts = Array.from({ length: FLOOD }, (_, n) => alertOf(`flood-${n}`));
  const wrong = alerts.map((alert, n) => (n % MALFORMED_EACH === 7 ? { ...alert, startsAt: 'yesterday' } : alert));
  const again = wrong.filter((_, n) => n % TWICE_EACH === 3);
  const sent = [...wrong, ...again];
  const begin = performance.now();
  const refused = { count: 0 };
  for (let from = 0; from < sent.length; from += GROUP) {
    const { outcomes = {} } = await postWebhook(`${base}/webhook`, TOKEN, webhookOf(sent.slice(from, from + GROUP)));
    for (const [outcome, count] of Object.entries(outcomes)) if (outcome !== 'queued') refused.count += count;
  }
  const seconds = (performance.now() - begin) / 1_000;
  const found = new Set<string>();
  // What was compared before is still in the queue: it is found too, and asked for by nobody.
  for (let messages = await drain(queueUrl); messages.length > 0; messages = await drain(queueUrl))
    for (const body of messages) found.add(JSON.parse(body).fingerprint);
  const good = wrong.filter(({ startsAt }) => startsAt !== 'yesterday');
  const lost = good.filter(({ fingerprint }) => !found.has(fingerprint)).length;
  report({
    title: 'a flood of alerts, one group after the other',
    columns: ['alerts', 'twice', 'refused', 'alerts a second', 'lost'],
    rows: [[String(sent.length), again.length, refused.count, Math.round(sent.length / seconds), lost]],
  });
}

async function drain(queueUrl: string): Promise<readonly string[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
  );
  return Messages.flatMap(({ Body }) => (Body === undefined ? [] : [Body]));
}
