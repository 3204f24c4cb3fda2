import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readStackOutputs } from '../../../adapters/aws/stack-outputs.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { captureCli } from '../../unit/cli/captured-cli.ts';

const outputs = {
  TableName: 'Restitch-Table-1A2B',
  QueueUrl: 'http://127.0.0.1:9/111122223333/Restitch-Work.fifo',
  WebhookUrl: 'https://abc.lambda-url.eu-west-1.on.aws/',
  WebhookSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:WebhookSecret-x',
  SlackSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:SlackSecret-x',
};
const servedOutput = (name: string) => ({ names: [name], instanceTag: 'restitch:node', nodeNames: ['?*'] });
const stacks = {
  Restitch: {
    outputs: {
      ...outputs,
      Clusters: 'eu,us',
      DecisionUrl: 'https://def.lambda-url.eu-west-1.on.aws/',
      DocumentPrefix: 'Restitch',
      InstanceTag: 'restitch:node',
      KubeconfigSecret: 'restitch/kubeconfig',
    },
  },
  Earlier: { outputs },
  // In no order, as CloudFormation gives them.
  Several: {
    outputs: {
      ...outputs,
      ...Object.fromEntries(
        [10, 2, 1, 9, 8, 7, 6, 5, 4, 3].map((at) => [`Cluster${at}`, JSON.stringify(servedOutput(`c${at}`))]),
      ),
    },
  },
  Later: { outputs: { ...outputs, Cluster1: '{"names":[]}' } },
  Bucket: { outputs: { BucketName: 'logs' } },
  Young: { status: 'CREATE_IN_PROGRESS', outputs: {} },
};

let folder = '';
let dynamoDb: Awaited<ReturnType<typeof startEmbeddedDynamoDb>>;
let cloudFormation: Awaited<ReturnType<typeof startCloudFormationServer>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-stack-'));
  dynamoDb = await startEmbeddedDynamoDb(folder);
  cloudFormation = await startCloudFormationServer(stacks);
  const client = dynamoDbClient({ url: dynamoDb.url, anyCredentials: true }, 'eu-west-1');
  await ensureTable(client, outputs.TableName);
  client.destroy();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await dynamoDb.close();
  await cloudFormation.close();
  await rm(folder, { recursive: true, force: true });
});

const client = () => new CloudFormationClient(clientOptions(cloudFormation.url));

describe('the outputs of a stack', () => {
  it('are read with the SDK', async () => {
    expect(await readStackOutputs(client(), 'Restitch')).toEqual({
      tableName: outputs.TableName,
      queueUrl: outputs.QueueUrl,
      webhookUrl: outputs.WebhookUrl,
      webhookSecretId: outputs.WebhookSecretArn,
      slackSecretId: outputs.SlackSecretArn,
      decisionUrl: 'https://def.lambda-url.eu-west-1.on.aws/',
      documentPrefix: 'Restitch',
      instanceTag: 'restitch:node',
      kubeconfigSecretId: 'restitch/kubeconfig',
      clusters: ['eu', 'us'],
      served: [],
    });
  });

  it('describe each cluster of a stack that serves several, in its order', async () => {
    const { served } = await readStackOutputs(client(), 'Several');
    expect(served.map(({ names }) => names[0])).toEqual(Array.from({ length: 10 }, (_, at) => `c${at + 1}`));
    expect(served[1]).toEqual(servedOutput('c2'));
    await expect(readStackOutputs(client(), 'Later')).rejects.toThrow('the output Cluster1 cannot be read');
  });

  it('need not name the clusters, nor what came later', async () => {
    expect(await readStackOutputs(client(), 'Earlier')).toMatchObject({
      clusters: [],
      decisionUrl: undefined,
      documentPrefix: undefined,
    });
  });

  it.each([
    ['Nowhere', 'there is no stack Nowhere in this account and region: Stack with id Nowhere does not exist'],
    ['Bucket', 'the stack Bucket (CREATE_COMPLETE) has no output TableName: it is no stack of Restitch, or not ready'],
    ['Young', 'the stack Young (CREATE_IN_PROGRESS) has no output TableName'],
  ])('of %s are missing, and it is said why', async (name, said) => {
    await expect(readStackOutputs(client(), name)).rejects.toThrow(said);
  });

  it('are not read without the right to, and that is said', async () => {
    const message = 'User: x is not authorized to perform: cloudformation:DescribeStacks';
    cloudFormation.trouble.push({ code: 'AccessDenied', message, status: 403 });
    await expect(readStackOutputs(client(), 'Restitch')).rejects.toThrow(`AccessDenied: ${message}`);
  });

  it('are not read without credentials, and that is said', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    const bare = new CloudFormationClient({ region: 'eu-west-1', endpoint: cloudFormation.url });
    await expect(readStackOutputs(bare, 'Restitch')).rejects.toThrow(
      'the stack Restitch cannot be read without AWS credentials',
    );
  });
});

describe('--stack', () => {
  const run = (...args: readonly string[]) =>
    captureCli(args, {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    });

  it.each([
    [['incidents', 'list'], 'no incident is open; --all shows closed ones too'],
    [['pauses'], 'nothing is paused'],
    [['breaker', 'show'], 'every breaker is closed'],
    [['shadow', 'report'], 'nothing was decided yet'],
    [['replay'], '0 incidents: 0 unchanged, 0 with differences, 0 with nothing to replay'],
  ])('gives %j the table', async (args, said) => {
    expect(await run(...args, '--stack', 'Restitch')).toEqual({ code: 0, out: [said], err: '' });
  });

  it('gives explain the table', async () => {
    expect(await run('explain', 'eu.gpu-1.1-x', '--stack', 'Restitch')).toMatchObject({
      code: 1,
      err: 'restitch: there is no receipt of eu.gpu-1.1-x',
    });
  });

  it('gives report the table', async () => {
    const { code, out } = await run('report', '--json', '--stack', 'Restitch');
    expect(code).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ all: { incidents: 0 } });
  });

  it('is enough for an order, which is seen afterwards', async () => {
    await run('pause', 'all', '--reason', 'a release', '--by', 'ann', '--stack', 'Restitch');
    expect((await run('pauses', '--stack', 'Restitch')).out[0]).toContain('all by ann');
    expect((await run('resume', 'all', '--stack', 'Restitch')).code).toBe(0);
  });

  it('of another stack says which output is missing', async () => {
    expect(await run('pauses', '--stack', 'Bucket')).toMatchObject({
      code: 1,
      err: expect.stringContaining('the stack Bucket (CREATE_COMPLETE) has no output TableName'),
    });
  });

  it.each([
    [['incidents', 'list', '--table', 'x'], 'give one of --state-dir, --table and --stack'],
    [['pauses', '--state-dir', 'x'], 'give one of --state-dir, --table and --stack'],
    [['explain', 'x', '--url', 'http://a'], 'explain reads from one place'],
    [['report', '--table', 'x'], 'give one of --state-dir, --table and --stack'],
    [['replay', '--receipt', 'x.json'], 'replay reads from one place: --receipt, --state-dir, --table or --stack'],
    [['repair', '--node', 'gpu-1'], 'a node of which cluster? Give --cluster, one of: eu, us'],
  ])('with %j is wrong usage', async (args, said) => {
    const { code, err } = await run(...args, '--stack', 'Restitch');
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});
