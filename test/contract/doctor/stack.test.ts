import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clockCheck } from '../../../cli/doctor/clock-check.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { type AwsAnswer, startAwsJsonServer } from '../../fakes/aws-json-server.ts';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { examined, SLACK_TOKEN, startServices, TABLE, type Trouble } from './doctor-under-test.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});

const SLACK_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Slack';

interface Around extends Trouble {
  /** Answers of DynamoDB in place of those of a table in order. */
  readonly dynamoDb?: Readonly<Record<string, AwsAnswer>>;
  /** Without it the cluster is one of EKS. */
  readonly kubeconfigSecret?: string;
  readonly slackSecret?: unknown;
  /** Outputs beside those of one cluster. */
  readonly outputs?: Readonly<Record<string, string>>;
}

const tableInOrder: Readonly<Record<string, AwsAnswer>> = {
  DescribeTable: {
    body: { Table: { TableName: TABLE, TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: 'listing' }] } },
  },
  DescribeTimeToLive: { body: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } } },
  DescribeContinuousBackups: {
    body: {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    },
  },
};
const refused = (type: string): AwsAnswer => ({
  status: 400,
  body: { __type: `com.amazonaws#${type}`, message: 'no' },
});

/** A stack whose services are stand-ins. Returns what the doctor says of it. */
async function deployed(around: Around = {}) {
  const services = await startServices(around);
  const { folder, kubeconfig, slackUrl, ssmUrl, sqsUrl, queueUrl, webhookUrl } = services;
  closers.push(services.close);
  const kubeconfigFile = join(folder, 'kubeconfig');
  await writeFile(kubeconfigFile, kubeconfig);
  vi.stubEnv('KUBECONFIG', kubeconfigFile);
  const secrets = await startAwsJsonServer(({ body }) => ({
    body: {
      SecretString: JSON.stringify(
        body.SecretId === SLACK_SECRET ? (around.slackSecret ?? { botToken: SLACK_TOKEN }) : { kubeconfig },
      ),
    },
  }));
  const dynamoDb = await startAwsJsonServer(
    ({ operation }) => around.dynamoDb?.[operation] ?? tableInOrder[operation] ?? refused('UnknownOperationException'),
  );
  const cloudFormation = await startCloudFormationServer({
    Restitch: {
      outputs: {
        TableName: TABLE,
        QueueUrl: queueUrl,
        WebhookUrl: webhookUrl,
        WebhookSecretArn: 'arn:webhook',
        SlackSecretArn: SLACK_SECRET,
        DocumentPrefix: 'Restitch',
        InstanceTag: 'restitch:node',
        ...(around.kubeconfigSecret === undefined ? {} : { KubeconfigSecret: around.kubeconfigSecret }),
        ...around.outputs,
      },
    },
  });
  closers.push(secrets.close, dynamoDb.close, cloudFormation.close);
  return examined(['--stack', 'Restitch'], {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
    AWS_ENDPOINT_URL_SSM: ssmUrl,
    SLACK_API_URL: slackUrl,
  });
}

describe('restitch doctor of a stack', () => {
  it('finds everything in order with the functions’ own kubeconfig', async () => {
    const { checks, of } = await deployed({ kubeconfigSecret: 'restitch/kubeconfig' });
    expect(checks.filter(({ status }) => status === 'failed').map(({ subject }) => subject)).toEqual([]);
    expect(of('table expiry')).toMatchObject({ status: 'ok', detail: 'by the attribute ttl' });
    expect(of('table point-in-time recovery').status).toBe('ok');
    expect(of('queue dead letters')).toMatchObject({ status: 'ok' });
    expect(of('cluster API server').detail).toContain('the functions’ kubeconfig, restitch/kubeconfig');
    expect(of('approvers list')).toMatchObject({
      status: 'not-checked',
      mend: expect.stringContaining('/restitch who'),
    });
  });

  it.each([
    [
      'no expiry',
      { DescribeTimeToLive: { body: { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } } } },
      'table expiry',
      'aws dynamodb update-time-to-live --table-name restitch',
    ],
    [
      'expiry by another attribute',
      { DescribeTimeToLive: { body: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'at' } } } },
      'table expiry',
      'AttributeName=ttl',
    ],
    [
      'no backups',
      { DescribeContinuousBackups: { body: { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED' } } } },
      'table point-in-time recovery',
      'aws dynamodb update-continuous-backups --table-name restitch',
    ],
    ['no table', { DescribeTable: refused('ResourceNotFoundException') }, 'table restitch', 'npx cdk deploy'],
    ['no index', { DescribeTable: { body: { Table: { TableStatus: 'ACTIVE' } } } }, 'table restitch', 'npx cdk deploy'],
  ])('tells how to mend a table with %s', async (_, dynamoDb, name, mend) => {
    const { code, of } = await deployed({ kubeconfigSecret: 'k', dynamoDb });
    expect(code).toBe(1);
    expect(of(name)).toMatchObject({ status: 'failed', mend: expect.stringContaining(mend) });
  });

  it('does not check what its own credentials may not read, and says so', async () => {
    const { code, of } = await deployed({
      kubeconfigSecret: 'k',
      dynamoDb: { DescribeContinuousBackups: refused('AccessDeniedException') },
    });
    expect([code, of('table point-in-time recovery')]).toMatchObject([
      0,
      { status: 'not-checked', detail: expect.stringContaining('your own credentials may not ask') },
    ]);
  });

  it('tells of a Slack secret that is not filled in', async () => {
    const { of } = await deployed({ kubeconfigSecret: 'k', slackSecret: { signingSecret: 'x' } });
    expect(of('Slack secret')).toMatchObject({ status: 'failed', mend: expect.stringContaining('fill it in') });
    expect(of('Slack token').status).toBe('not-checked');
  });
});

describe('a stack that serves several clusters', () => {
  const west = { names: ['west'], instanceTag: 'restitch:node', nodeNames: ['gpu-*'], kubeconfigSecret: 'west' };
  const east = {
    names: ['east'],
    instanceTag: 'restitch:node',
    nodeNames: ['?*'],
    account: '444455556666',
    region: 'eu-west-3',
  };
  const deployedWith = (first: object) =>
    deployed({ outputs: { Cluster1: JSON.stringify(first), Cluster2: JSON.stringify(east) } });

  it('is looked at cluster by cluster, each under its name', async () => {
    const { of } = await deployedWith(west);
    expect(of('cluster west: API server')).toMatchObject({ status: 'ok', detail: expect.stringContaining('west') });
    expect(of('node west: gpu-1').status).toBe('ok');
    // What this person's kubeconfig does not have is not guessed.
    expect(of('cluster east: API server')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('no context east: aws eks update-kubeconfig --alias east'),
    });
    expect(of('nodes east: instances and documents')).toMatchObject({
      status: 'not-checked',
      detail: 'they are in 444455556666/eu-west-3',
    });
  });

  it('tells of nodes to which no command is sent because of their names', async () => {
    const { of } = await deployedWith({ ...west, nodeNames: ['gpu-1', 'gpu-2'] });
    expect(of('node west: gpu-2').status).toBe('ok');
    expect(of('node west: gpu-3')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('gpu-3 is none of'),
    });
  });
});

describe('an EKS cluster', () => {
  const runbook = 'rights restitch-runbook for restitch-runbook';

  it('is asked by the person, for the groups of the functions', async () => {
    const asked = new Set<string>();
    const denies: Trouble['denies'] = ({ groups, resourceAttributes: { resource, subresource } }) => {
      for (const group of groups) asked.add(group);
      return groups.includes('restitch-sweep') && resource === 'nodes' && subresource === undefined;
    };
    const { of } = await deployed({ denies });
    expect([...asked].toSorted()).toEqual(['restitch-runbook', 'restitch-sweep']);
    expect(of('cluster API server').detail).toContain('your own kubeconfig');
    expect(of(runbook).status).toBe('ok');
    expect(of('rights restitch-sweep for restitch-sweep')).toMatchObject({
      status: 'failed',
      detail: 'may not get nodes, list nodes, patch nodes',
    });
  });
});

describe('the clock', () => {
  it.each([
    [0, 'ok', /s (behind|ahead of) the table/],
    [600, 'failed', /^(599|600|601) s behind the table’s service$/],
    [-600, 'failed', /^(599|600|601) s ahead of the table’s service$/],
  ])('is compared with the service, which is %i s ahead', async (seconds, status, detail) => {
    const server = createServer((_, response) => {
      response.setHeader('date', new Date(Date.now() + seconds * 1_000).toUTCString());
      response.writeHead(400).end('{"__type":"x#AccessDeniedException"}');
    });
    const url = await listenOnLoopback(server, 0);
    const client = dynamoDbClient({ url, anyCredentials: true }, 'eu-west-1');
    expect(await clockCheck(client)).toMatchObject({ status, detail: expect.stringMatching(detail) });
    server.close();
  });
});
