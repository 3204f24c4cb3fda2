import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Check } from '../../../cli/doctor/check.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import type { AskedRight } from '../../../local/kubernetes/access-reviews.ts';
import { startKubernetesStandIn } from '../../../local/kubernetes/kubernetes-stand-in.ts';
import { startEmbeddedSqs } from '../../../local/queue/embedded-sqs.ts';
import { ensureQueue } from '../../../local/queue/ensure-queue.ts';
import { startSlackStandIn } from '../../../local/slack/slack-stand-in.ts';
import { SsmFault } from '../../../local/ssm/faults.ts';
import { ownDocuments } from '../../../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../../../local/ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';
import { captureCli, type Said } from '../../unit/cli/captured-cli.ts';

export const TABLE = 'restitch';
export const NODES = ['gpu-1', 'gpu-2', 'gpu-3'];
export const SLACK_TOKEN = 'xoxb-right';

/** What is wrong on purpose. */
export interface Trouble {
  readonly documents?: (own: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly faults?: readonly Pick<SsmFault, 'kind' | 'instanceId'>[];
  readonly denies?: (asked: AskedRight) => boolean;
  readonly scopes?: readonly string[];
  /** A second instance has the tag of this node. */
  readonly twin?: string;
  /** What the webhook answers to a caller without a token. */
  readonly webhookStatus?: number;
}

/** Every stand-in around three nodes. */
export async function startServices(trouble: Trouble = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-doctor-'));
  const config = loadLocalConfig({});
  const fleet = createFakeFleet(NODES);
  const own = ownDocuments(config);
  const documents = trouble.documents?.(own) ?? own;
  const { twin } = trouble;
  const registered = twin === undefined ? fleet : createFakeFleet([...NODES, twin]);
  const world = { fleet: registered, documents, stateDir: folder, instanceTag: config.INSTANCE_TAG };
  const ssm = await startSsmStandIn(world);
  for (const fault of trouble.faults ?? []) ssm.faults.add(SsmFault.parse(fault));
  const { denies, scopes } = trouble;
  const kubernetes = await startKubernetesStandIn({
    fleet,
    stateDir: folder,
    token: 'right-token',
    ...(denies === undefined ? {} : { denies }),
  });
  const slack = await startSlackStandIn({
    stateDir: folder,
    token: SLACK_TOKEN,
    signingSecret: 'x',
    interactivityUrl: () => '',
    ...(scopes === undefined ? {} : { scopes }),
  });
  const sqs = await startEmbeddedSqs(join(folder, 'sqs'));
  const queueUrl = await ensureQueue(
    new SQSClient({ ...clientOptions(sqs.url), useQueueUrlAsEndpoint: false }),
    'work',
  );
  const dynamoDb = await startEmbeddedDynamoDb(join(folder, 'dynamodb'));
  await ensureTable(dynamoDbClient({ url: dynamoDb.url, anyCredentials: true }, 'eu-west-1'), TABLE);
  const webhook = createServer((_, response) => void response.writeHead(trouble.webhookStatus ?? 401).end('{}'));
  const webhookUrl = `${await listenOnLoopback(webhook, 0)}/webhook`;
  return {
    folder,
    fleet,
    kubeconfig: kubernetes.kubeconfig,
    slackUrl: slack.apiUrl,
    ssmUrl: ssm.url,
    sqsUrl: sqs.url,
    dynamoDbUrl: dynamoDb.url,
    queueUrl,
    webhookUrl,
    close: async () => {
      webhook.close();
      for (const { close } of [dynamoDb, sqs, slack, kubernetes, ssm]) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Services = Awaited<ReturnType<typeof startServices>>;

/** The checks of `restitch doctor … --json`, by what they are about: `node gpu-1`. */
export async function examined(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const said = await captureCli(['doctor', ...args, '--json'], environment);
  const { checks, ...counts }: { checks: Check[] } = JSON.parse(said.out.join(''));
  const byName = new Map(checks.map((check) => [`${check.area} ${check.subject}`, check]));
  return { ...said, counts, checks, of: (name: string) => byName.get(name) ?? missing(name, said) };
}

function missing(name: string, said: Said): never {
  throw new Error(`there is no check ${name}: ${said.out.join('\n')}${said.err}`);
}
