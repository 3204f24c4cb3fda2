import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { APPROVE_ACTION } from '../../adapters/slack/approval-button.ts';
import { signSlackBody } from '../../adapters/slack/verify-signature.ts';
import { listenOnLoopback } from '../../local/http.ts';
import { startEmbeddedDynamoDb } from '../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../local/table/ensure-table.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../contract/durable/lambda-endpoint.ts';
import { type SqsUnderTest, startSqs } from '../contract/queue/queue-under-test.ts';
import { clientOptions } from '../fakes/aws-client-options.ts';
import { startAwsJsonServer } from '../fakes/aws-json-server.ts';
import { approvalOf, incidentOf, workItemOf } from '../fakes/sample-records.ts';
import { answerBody, answerEvent } from '../fakes/webhook-answer.ts';
import { rawAlert, TOKEN, webhookRequest } from '../fakes/webhook-request.ts';
import { parseEmfLine } from '../unit/metrics/emf-document.ts';
import { type BuiltStack, buildStack } from './built-functions.ts';
import { type BundleOutcome, callBundle } from './call-bundle.ts';
import { stackSettingsOf } from './stack-settings-of.ts';
import { type BundleFile, bundleFiles, kibibytes, staticFiles } from './static-files.ts';

const SIGNING_SECRET = 'signing-secret-of-the-test';
const ALIAS = 'arn:aws:lambda:eu-central-1:123456789012:function:restitch-runbook:live';
const TABLE = 'restitch';
type FunctionName = Parameters<BuiltStack['find']>[0];

/** A cluster, and a setting for a function each. */
const settings = stackSettingsOf({
  names: ['lab-7', 'eu', 'lab-1'],
  takesUnnamed: true,
  approvers: ['U0ALICE'],
  console: true,
  approvalWebhook: { url: 'https://bridge.example/restitch' },
  environment: { CLUSTER_LABELS: 'k8s_cluster', NODE_LABELS: 'host' },
});

const closers: (() => Promise<unknown>)[] = [];
let stack: BuiltStack;
let sqs: SqsUnderTest;
let lambda: LambdaEndpoint;
let queueUrl = '';
let ofTable = '';
/** What the SDK itself reads in a Lambda, and where the services are for this test. */
let ofLambda: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  stack = await buildStack(settings);
  sqs = await startSqs();
  lambda = await startLambdaEndpoint();
  queueUrl = await reachable(await sqs.newQueue(), sqs);
  const kubernetes = await startEmptyCluster();
  const secrets = await startAwsJsonServer(({ body }) => ({
    body: { SecretString: JSON.stringify(secretOf(String(body.SecretId), kubernetes.url)) },
  }));
  const folder = await mkdtemp(join(tmpdir(), 'restitch-bundles-'));
  const dynamoDb = await startEmbeddedDynamoDb(folder);
  ofTable = dynamoDb.url;
  await ensureTable(new DynamoDBClient(clientOptions(dynamoDb.url)), TABLE);
  ofLambda = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
  };
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  closers.push(stack.remove, sqs.close, lambda.close, kubernetes.close, secrets.close, dynamoDb.close, removeFolder);
});

afterAll(async () => {
  for (const close of closers) await close();
});

/** The same queue at the address where it is served: the SDK calls the host that the queue's URL names. */
async function reachable(url: string, { client }: SqsUnderTest): Promise<string> {
  const served = await client.config.endpoint?.();
  return `${served?.protocol}//${served?.hostname}:${served?.port}${new URL(url).pathname}`;
}

/** A Kubernetes API with no Nodes. */
async function startEmptyCluster() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', metadata: {}, items: [] }));
  });
  const url = await listenOnLoopback(server, 0);
  return { url, close: async () => void server.close() };
}

function secretOf(secretId: string, kubernetesUrl: string): unknown {
  if (/Approval(Webhook|Answer)Secret/.test(secretId)) return { current: 'A'.repeat(44) };
  if (secretId.includes('WebhookSecret')) return { current: TOKEN };
  if (secretId.includes('SlackSigningSecret')) return { signingSecret: SIGNING_SECRET };
  if (secretId.includes('SlackSecret')) return { botToken: 'xoxb-test' };
  const kubeconfig = {
    clusters: [{ name: 'test', cluster: { server: kubernetesUrl, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token: 'test' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  return secretId === 'kubeconfig' ? { kubeconfig: JSON.stringify(kubeconfig) } : {};
}

/** What a resource's Ref is after deployment. */
function deployed(type: string, logicalId: string): string {
  switch (type) {
    case 'AWS::SQS::Queue':
      return queueUrl;
    case 'AWS::DynamoDB::Table':
      return TABLE;
    case 'AWS::SecretsManager::Secret':
      return `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${logicalId}`;
    case 'AWS::Lambda::Alias':
      return ALIAS;
    default:
      if (logicalId === 'AWS::StackId') return 'arn:aws:cloudformation:eu-central-1:123456789012:stack/Restitch/0001';
      throw new Error(`the test does not know what Ref of ${type} ${logicalId} is`);
  }
}

function environmentOf(name: FunctionName): Readonly<Record<string, string>> {
  return { ...stack.find(name).environment(deployed), ...ofLambda };
}

const call = (name: FunctionName, event: unknown, environment = environmentOf(name)) =>
  callBundle(stack.find(name).bundle, environment, event);

const linesIn = (outcome: BundleOutcome) =>
  outcome.type === 'failed' ? expect.fail(outcome.errors) : outcome.log.split('\n');

/** The lines of the log that CloudWatch makes metrics of. */
const metricsIn = (outcome: BundleOutcome) =>
  linesIn(outcome)
    .filter((line) => line.includes('"_aws"'))
    .map(parseEmfLine);

describe('the bundle of intake, in the environment of the template', () => {
  it('refuses a webhook without a token', async () => {
    const event = webhookRequest({}, { headers: { authorization: '' } });
    expect(await call('Intake', event)).toMatchObject({ type: 'answered', answer: { statusCode: 401 } });
  });

  it('queues an alert, read by the labels that the settings name', async () => {
    const labels = { alertname: 'FlannelVxlanWedge', k8s_cluster: 'eu', cluster: 'ignored', host: 'gpu-1', node: 'no' };
    const other = { alertname: 'FlannelVxlanWedge', host: 'gpu-2' };
    const alerts = [rawAlert({ labels }), rawAlert({ labels: other, fingerprint: '760a7c34fa5ce8f8' })];
    const webhook = { version: '4', status: 'firing', receiver: 'restitch', groupKey: '{}', alerts };
    const outcome = await call('Intake', webhookRequest(webhook));
    expect(outcome).toMatchObject({ answer: { statusCode: 200 } });
    expect(metricsIn(outcome)).toMatchObject([
      { Cluster: 'eu', QueuedAlerts: 1 },
      { Cluster: 'lab-7', QueuedAlerts: 1 },
    ]);
    const { Records } = await sqs.drain(queueUrl);
    expect(Records.map(({ body }) => JSON.parse(body).target)).toEqual([
      { cluster: 'eu', node: 'gpu-1' },
      { cluster: 'lab-7', node: 'gpu-2' },
    ]);
  });
});

describe('the bundle of dispatch, in the environment of the template', () => {
  it('has nothing to do in an empty batch', async () => {
    expect(await call('Dispatch', { Records: [] })).toMatchObject({ answer: { batchItemFailures: [] } });
  });

  it('opens an incident and starts the runbook behind its alias', async () => {
    const record = {
      messageId: '1',
      body: JSON.stringify(workItemOf()),
      attributes: { MessageGroupId: 'lab-1/gpu-1' },
    };
    expect(await call('Dispatch', { Records: [record] })).toMatchObject({ answer: { batchItemFailures: [] } });
    expect(lambda.requests.map(({ path }) => path)).toEqual([`/2015-03-31/functions/${ALIAS}/invocations`]);
  });
});

describe('the bundle of approval, in the environment of the template', () => {
  const click = (user: string, secret: string) => {
    const value = JSON.stringify({ approvalId: 'unknown', planDigest: 'a'.repeat(64) });
    const payload = { type: 'block_actions', user: { id: user }, actions: [{ action_id: APPROVE_ACTION, value }] };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const headers = {
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlackBody(secret, timestamp, Buffer.from(body)),
    };
    return call('Approval', webhookRequest(body, { headers }));
  };

  it('refuses a click with a wrong signature', async () => {
    expect(await click('U0ALICE', 'another-signing-secret')).toMatchObject({ answer: { statusCode: 401 } });
  });

  it('knows who may approve', async () => {
    expect(await click('U0ALICE', SIGNING_SECRET)).toMatchObject({
      answer: { body: expect.stringContaining('no such approval') },
    });
    expect(await click('U0BOB', SIGNING_SECRET)).toMatchObject({
      answer: { body: expect.stringContaining('list of') },
    });
  });
});

describe('the bundle of approval, at the path of the approval webhook', () => {
  it.each([
    ['A', 404, 'missing'],
    ['B', 401, 'unsigned'],
  ])('reads the key of answers: %s', async (letter, status, code) => {
    const key = Buffer.from(letter.repeat(44), 'base64');
    const body = answerBody({ approvalId: 'there.is.none' });
    const event = answerEvent(body, Date.now(), { key });
    const approvers = { APPROVERS: 'webhook:ann@acme.example' };
    const outcome = await call('Approval', event, { ...environmentOf('Approval'), ...approvers });
    expect(outcome).toMatchObject({ answer: { statusCode: status, body: expect.stringContaining(code) } });
  });
});

describe('the bundle of sweep, in the environment of the template', () => {
  it('reads table and cluster', async () => {
    const outcome = await call('Sweep', {});
    expect(outcome).toMatchObject({ answer: { expiredApprovals: 0, releasedClaims: 0 } });
    const failures = linesIn(outcome).filter((line) => /"event":"[^"]*failed/.test(line));
    // In one minute of each hour it also asks for the versions of the runbook, which the endpoint here does not have.
    expect(failures.filter((line) => !line.includes('"part":"releases"'))).toEqual([]);
    const eu = { Stack: 'Restitch', Cluster: 'eu', OpenIncidents: 0 };
    expect(metricsIn(outcome)).toContainEqual(expect.objectContaining(eu));
  });
});

describe('the bundle of the runbook, in the environment of the template', () => {
  it('works an execution as far as the table', async () => {
    const checkpoints = await startAwsJsonServer(() => ({
      body: { CheckpointToken: 'next', NewExecutionState: { Operations: [] } },
    }));
    closers.push(checkpoints.close);
    const InputPayload = JSON.stringify({ incidentId: 'lab-1.gpu-1.0', run: 1 });
    const execution = { Id: 'execution', Type: 'EXECUTION', Status: 'STARTED', ExecutionDetails: { InputPayload } };
    const event = {
      DurableExecutionArn: `${ALIAS}/durable-execution/lab-1.gpu-1.0`,
      CheckpointToken: 'first',
      InitialExecutionState: { Operations: [execution] },
    };
    const environment = { ...environmentOf('Runbook'), AWS_ENDPOINT_URL_LAMBDA: checkpoints.url };
    expect(await call('Runbook', event, environment)).toMatchObject({
      answer: { Status: 'FAILED', Error: { ErrorMessage: 'no incident lab-1.gpu-1.0' } },
    });
  });
});

describe('the bundle of the notifier, in the environment of the template', () => {
  /** Calls it for an incident that was looked at, with a Slack that answers with `status`. Returns the paths that it called. */
  async function notifyOver(status: number, node: string) {
    const table = createTable(DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(ofTable))), TABLE);
    const looked = {
      phase: 'diagnosing',
      diagnosis: 'vxlan-wedge',
      target: { cluster: 'lab-1', node },
    } as const;
    const incidentId = `lab-1.${node}.0`;
    await createIncidentStore(table).openOrGet(looked.target, () => incidentOf({ ...looked, incidentId }));
    const posts: string[] = [];
    const slack = createServer((request, response) => {
      posts.push(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: true, channel: 'C1', ts: '1.0' }));
    });
    const url = await listenOnLoopback(slack, 0);
    closers.push(async () => void slack.close());
    const Keys = { pk: { S: `INCIDENT#${incidentId}` }, sk: { S: 'RECORD' } };
    const event = { Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '7', Keys } }] };
    const environment = { ...environmentOf('Notify'), SLACK_API_URL: url };
    return { outcome: await call('Notify', event, environment), posts };
  }

  it('posts an incident that was looked at to Slack', async () => {
    const { outcome, posts } = await notifyOver(200, 'gpu-notify');
    expect(outcome).toMatchObject({ answer: { batchItemFailures: [] } });
    expect(posts).toEqual(['/chat.postMessage']);
  });

  it('tries Slack three times and then leaves the batch to the stream', async () => {
    const { outcome, posts } = await notifyOver(503, 'gpu-unheard');
    expect(outcome).toMatchObject({ answer: { batchItemFailures: [{ itemIdentifier: '7' }] } });
    expect(posts).toHaveLength(3);
  });
});

describe('the bundle of the console page, in the environment of the template', () => {
  const get = (rawPath: string) => {
    const http = { method: 'GET' };
    const authorizer = { iam: { userArn: 'arn:aws:iam::123456789012:user/ann' } };
    return call('Console', { rawPath, rawQueryString: '', requestContext: { http, authorizer } });
  };
  const bodyOf = async (rawPath: string) => {
    const outcome = await get(rawPath);
    expect(outcome).toMatchObject({ answer: { statusCode: 200 } });
    return String(outcome.type === 'answered' && Reflect.get(Object(outcome.answer), 'body'));
  };

  it('has its page beside it, with every file that it names', async () => {
    const html = await bodyOf('/');
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.map((file) => file.replace(/[\da-f]{16}/, 'HASH')).toSorted()).toEqual([
      '/page.HASH.css',
      '/page.HASH.js',
    ]);
    for (const file of files) expect((await bodyOf(file)).length).toBeGreaterThan(5_000);
  });

  it('reads the table', async () => {
    const overview = JSON.parse(await bodyOf('/api/overview'));
    expect(overview).toMatchObject({ setup: { stack: expect.any(String), faults: null }, standing: { pauses: [] } });
  });
});

describe('the bundle of forward, in the environment of the template', () => {
  it('posts a question that changed, signed, and takes no other address than the given one', async () => {
    const table = createTable(DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(ofTable))), TABLE);
    const now = Date.now();
    const asked = approvalOf({ callbackId: 'callback-1', requestedAt: now, expiresAt: now + 900_000 });
    await createApprovalStore(table).create(asked);
    const posts: unknown[] = [];
    const bridge = createServer((request, response) => {
      posts.push(request.headers['webhook-signature']);
      response.end();
    });
    const url = `${await listenOnLoopback(bridge, 0)}/`;
    closers.push(async () => void bridge.close());
    const Keys = { pk: { S: `APPROVAL#${asked.approvalId}` }, sk: { S: 'RECORD' } };
    const event = { Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '7', Keys } }] };
    const environment = environmentOf('Forward');
    expect(environment['APPROVAL_WEBHOOK_URL']).toBe('https://bridge.example/restitch');
    const outcome = await call('Forward', event, { ...environment, APPROVAL_WEBHOOK_URL: url });
    expect(outcome).toMatchObject({ answer: { batchItemFailures: [] } });
    expect(posts).toEqual([expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/)]);
  });
});

describe('what a bundle loads when it starts', () => {
  it.each([
    ['Intake', 450],
    ['Approval', 550],
    ['Runbook', 600],
    ['Console', 520],
    ['Forward', 450],
  ] as const)('%s: at most %i KiB', (name, most) => {
    expect(kibibytes(staticFiles(stack.find(name).bundle))).toBeLessThanOrEqual(most);
  });

  it.each([
    // What a library alone says of itself.
    ['Runbook', 'the Kubernetes client', 'kubernetes-client-javascript/'],
    ['Sweep', 'the Kubernetes client', 'kubernetes-client-javascript/'],
    ['Runbook', 'the client for Systems Manager', 'GetCommandInvocation'],
    ['Sweep', 'the client for Systems Manager', 'GetCommandInvocation'],
    ['Runbook', 'the client for EC2', 'DescribeRouteTables'],
  ] as const)('%s: not %s', (name, _what, mark) => {
    const marked = ({ text }: BundleFile) => text.includes(mark);
    expect(bundleFiles(stack.find(name).bundle).filter(marked)).not.toEqual([]);
    expect(staticFiles(stack.find(name).bundle).filter(marked)).toEqual([]);
  });
});

describe('a bundle', () => {
  it.each(['Intake', 'Dispatch', 'Approval', 'Notify', 'Forward', 'Console'] as const)(
    'without a Kubernetes client is below 1 MiB in all: %s',
    (name) => {
      expect(kibibytes(bundleFiles(stack.find(name).bundle))).toBeLessThan(1_024);
    },
  );

  it.each(['Intake', 'Runbook'] as const)('ships no source maps, and Node looks for none: %s', (name) => {
    const files = bundleFiles(stack.find(name).bundle);
    expect(files.filter((file) => file.name.endsWith('.map') || file.text.includes('sourceMappingURL'))).toEqual([]);
    expect(environmentOf(name)).not.toHaveProperty('NODE_OPTIONS');
  });
});

describe('a bundle whose environment lacks a variable', () => {
  it.each([
    ['Intake', 'QUEUE_URL'],
    ['Dispatch', 'RUNBOOK_FUNCTION'],
    ['Approval', 'SLACK_SIGNING_SECRET_ID'],
    ['Sweep', 'TABLE_NAME'],
    ['Notify', 'SLACK_CHANNEL'],
    ['Console', 'TABLE_NAME'],
    ['Forward', 'APPROVAL_WEBHOOK_URL'],
    ['Runbook', 'KUBECONFIG_SECRET_ID'],
  ] as const)('is refused when it loads: %s without %s', async (name, variable) => {
    const { [variable]: given, ...rest } = environmentOf(name);
    expect(given).toBeDefined();
    expect(await call(name, {}, rest)).toMatchObject({ type: 'failed', errors: expect.stringContaining(variable) });
  });
});
