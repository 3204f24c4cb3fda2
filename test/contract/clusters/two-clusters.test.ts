import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../../adapters/aws/dynamodb-node-directory.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { clusterClients } from '../../../functions/cluster-clients.ts';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createRunbook } from '../../../functions/runbook/create.ts';
import { SERVED_CLUSTERS_FILE } from '../../../functions/served-cluster.ts';
import { createSweep } from '../../../functions/sweep/create.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { createEmbeddedEngine, type EmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { startKubernetesStandIn } from '../../../local/kubernetes/kubernetes-stand-in.ts';
import { ownDocumentHashes, ownDocuments } from '../../../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../../../local/ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { startAwsJsonServer } from '../../fakes/aws-json-server.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { workItemOf } from '../../fakes/sample-records.ts';
import { type Seen, startAwsOfTwoAccounts, startNotedApi } from './two-accounts.ts';

const trusted = { roleArn: 'arn:aws:iam::444455556666:role/Restitch-runbook-eu-west-1', externalId: 'Restitch' };
const instanceTag = 'restitch:node';
const served = [
  { names: ['production'], kubeconfigSecret: 'production', instanceTag },
  {
    names: ['research'],
    kubeconfigSecret: 'research',
    instanceTag,
    nodeNames: ['gpu-*', 'hub-*', 'cloud-*'],
    account: { region: 'eu-west-1', ...trusted },
  },
];

const closers: (() => Promise<unknown>)[] = [];
const log = createRecordingLog();
/** What was asked since the test began. */
const seen: Seen[] = [];
const askedOf = (...places: readonly string[]) => seen.filter(({ where }) => places.includes(where));
let research: Fleet;
let engine: EmbeddedEngine;
let ports: Parameters<typeof dispatch>[1];
let sweep: ReturnType<typeof createSweep>;

/** Research is a fleet that can be broken and repaired. Production has nodes of the same names, in an account of its own. */
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-clusters-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  research = await createSimulatedFleet({ stateDir: folder });
  closers.push(() => research.down());
  const production = createFakeFleet(research.hosts.map(({ name }) => name));
  const config = loadLocalConfig({});
  const ssmOf = async (name: string, fleet: Fleet) => {
    const stateDir = await mkdtemp(join(folder, `ssm-${name}-`));
    const ssm = await startSsmStandIn({ fleet, documents: ownDocuments(config), stateDir, instanceTag });
    closers.push(ssm.close);
    return ssm.url;
  };
  const kubeconfigOf = async (where: string, fleet: Fleet) => {
    const stateDir = await mkdtemp(join(folder, `kubernetes-${where}-`));
    const api = await startKubernetesStandIn({ fleet, stateDir, token: `token-of-${where}` });
    const noted = await startNotedApi(seen, where, api.url);
    closers.push(api.close, noted.close);
    return api.kubeconfig.replace(api.url, noted.url);
  };
  const kubeconfigs = new Map([
    ['production', await kubeconfigOf('production', production)],
    ['research', await kubeconfigOf('research', research)],
  ]);
  const secrets = await startAwsJsonServer(({ body }) => ({
    body: { SecretString: JSON.stringify({ kubeconfig: kubeconfigs.get(String(body.SecretId)) }) },
  }));
  const accounts = { own: await ssmOf('production', production), other: await ssmOf('research', research) };
  const aws = await startAwsOfTwoAccounts(seen, accounts, trusted);
  const dynamoDb = await startEmbeddedDynamoDb(join(folder, 'dynamodb'));
  closers.push(secrets.close, aws.close, dynamoDb.close);
  await writeFile(join(folder, SERVED_CLUSTERS_FILE), JSON.stringify(served));

  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_STS: aws.url,
    TABLE_NAME: 'restitch',
    QUEUE_URL: 'http://127.0.0.1:9/work.fifo',
    RUNBOOK_FUNCTION: 'runbook',
    CLUSTERS: 'production,research',
    DOCUMENT_HASHES: ownDocumentHashes(),
    REPAIR_MODE: 'act',
    STABLE_SECONDS: '1',
    EXPECTED_NETWORK: 'off',
  };
  const client = dynamoDbClient({ url: dynamoDb.url, anyCredentials: true }, 'eu-central-1');
  await ensureTable(client, environment.TABLE_NAME);
  const clients = {
    ...clusterClients(environment, folder, new SecretsManagerClient(clientOptions(secrets.url))),
    dynamoDb: client,
    sqs: new SQSClient(clientOptions('http://127.0.0.1:9')),
    ssm: clientOptions(aws.url),
    ec2: clientOptions('http://127.0.0.1:9'),
    log,
  };
  engine = createEmbeddedEngine({
    path: join(folder, 'executions'),
    handler: createRunbook(environment, clients),
    log,
  });
  closers.push(() => engine.stop());
  sweep = createSweep(environment, { ...clients, engine: () => engine, alertmanagerToken: () => async () => '' });
  const table = createTable(DynamoDBDocumentClient.from(client), environment.TABLE_NAME);
  ports = { store: createIncidentStore(table), directory: createNodeDirectory(table), engine, clock: Date.now, log };
});

afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('two clusters of one stack, whose nodes have the same names', () => {
  it('an alert for one of them is repaired there, and nothing is asked of the other', {
    timeout: 300_000,
  }, async () => {
    await research.inject('fdb-flushed');
    expect((await checkFleet(research)).healthy).toBe(false);
    const target = { cluster: 'research', node: 'gpu-1' };
    await dispatch(workItemOf({ target, startsAt: Date.now(), receivedAt: Date.now() }), ports);
    await expect.poll(async () => (await ports.store.getLatest(target))?.phase, { timeout: 240_000 }).toBe('closed');
    expect(await ports.store.getLatest(target)).toMatchObject({ outcome: 'repaired', target });
    expect((await checkFleet(research)).healthy).toBe(true);
    expect(askedOf('research').length).toBeGreaterThan(0);
    expect(askedOf('other').map(({ what }) => what)).toContain('AmazonSSM.SendCommand');
    expect(askedOf('production', 'own')).toEqual([]);
  });

  it('takes its role in the other account once, for all of that', () =>
    expect(askedOf('sts')).toEqual([{ where: 'sts', what: `AssumeRole ${trusted.roleArn}` }]));

  it('an alert for the other one asks nothing of the first', async () => {
    seen.splice(0);
    const target = { cluster: 'production', node: 'gpu-1' };
    await dispatch(workItemOf({ target, startsAt: Date.now(), receivedAt: Date.now() }), ports);
    await expect.poll(() => askedOf('production').length, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => askedOf('own').length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(askedOf('research', 'other', 'sts')).toEqual([]);
  });

  it('a pass of sweep looks at both', async () => {
    seen.splice(0);
    expect(await sweep()).toMatchObject({ type: 'done', failedParts: [] });
    expect(log.of('sweep-heartbeat').map(({ cluster }) => cluster)).toEqual(
      expect.arrayContaining(['production', 'research']),
    );
    for (const where of ['production', 'research']) expect(askedOf(where).length).toBeGreaterThan(0);
  });
});
