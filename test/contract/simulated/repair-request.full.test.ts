import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../../lab/fleet.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { type Runtime, startRuntime } from '../../../local/runtime.ts';
import { startAwsJsonServer } from '../../fakes/aws-json-server.ts';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { captureCli } from '../../unit/cli/captured-cli.ts';

let stateDir = '';
let runtime: Runtime;
let fleet: Fleet;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-repair-'));
  const config = loadLocalConfig({ FLEET: 'simulated', STABLE_SECONDS: '1' });
  runtime = await startRuntime({ stateDir, port: 0, config, log: createRecordingLog() });
  const { fleet: own } = runtime.services.own;
  if (own === undefined) throw new Error('no fleet of its own');
  fleet = own;
});
beforeEach(() => fleet.clear());
afterAll(async () => {
  await runtime.close();
  await rm(stateDir, { recursive: true, force: true });
});

const restitch = (...args: readonly string[]) => captureCli([...args, '--state-dir', stateDir], { USER: 'ann' });
const repair = (...args: readonly string[]) => restitch('repair', '--node', 'gpu-1', ...args);

describe('restitch repair against a running npm start', () => {
  it('heals a broken node, and says each step', async () => {
    await fleet.inject('fdb-flushed');
    const { code, out } = await repair();
    expect(out[0]).toMatch(/^ {4}0\.0 s {2}ann asks for a repair of gpu-1 \(lab\/gpu-1\), sent to http:\/\/127/);
    expect(out.join('\n')).toMatch(/closed: repaired.*\n.*the end of the request sent\nHealed: lab\.gpu-1\./);
    expect(code).toBe(0);
  });

  it('leaves a healthy node as it is', async () => {
    const { code, out } = await repair('--json');
    expect(code).toBe(0);
    const said = JSON.parse(out.join('\n'));
    expect(said).toMatchObject({ by: 'ann', phase: 'closed', outcome: 'self-recovered' });
    expect(said.found).toContain('kubelet answers');
  });

  it('says that there is no such node, and leaves nothing open', async () => {
    const { code, out } = await restitch('repair', '--node', 'gpu-99');
    expect(code).toBe(1);
    expect(out.at(-1)).toMatch(/^There is no node gpu-99 in the cluster lab\./);
    expect((await restitch('incidents', 'list')).out).toEqual(['no incident is open; --all shows closed ones too']);
  });

  it('says that there is no such cluster', async () => {
    const { code, err } = await repair('--cluster', 'moon');
    expect(code).toBe(1);
    expect(err).toBe('restitch: intake did not take the alert: unknown-cluster, its CLUSTERS do not have moon');
  });

  it('hands over in a pause, and with its end goes on in the same incident', async () => {
    await fleet.inject('fdb-flushed');
    await restitch('pause', 'all', '--reason', 'a release');
    const paused = await repair();
    expect(paused.code).toBe(1);
    expect(paused.out.join('\n')).toMatch(/handed over to a person: all is paused by ann: a release/);
    expect(paused.out.join('\n')).toMatch(/\nHanded over: lab\.gpu-1\..*\nIt goes on by itself when the pause ends/);
    await restitch('resume', 'all');
    const again = await repair();
    expect(again.out.join('\n')).toMatch(
      /lab\.gpu-1\.\S+ is open already \(\S+\): it gets the request and is followed/,
    );
    expect(again.out.at(-1)).toMatch(/^Healed: /);
    expect(again.code).toBe(0);
  });

  it('follows the incident that an alert has opened', async () => {
    await fleet.inject('fdb-flushed');
    const alert = rawAlert({ labels: { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' } });
    await fetch(runtime.webhookUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${runtime.token}` },
      body: JSON.stringify({ version: '4', alerts: [alert] }),
    });
    await expect.poll(async () => (await runtime.store.listOpen()).length, { timeout: 30_000 }).toBe(1);
    const { code, out } = await repair();
    expect(out[1]).toMatch(/is open already/);
    expect(code).toBe(0);
  });
});

describe('restitch repair --stack', () => {
  it('finds webhook, token and table by the outputs of the stack', async () => {
    const { webhookUrl: WebhookUrl, token, services } = runtime;
    const arns = { QueueUrl: 'https://sqs/queue', WebhookSecretArn: 'arn:aws:secretsmanager:x', Clusters: 'lab' };
    const outputs = { ...arns, TableName: 'restitch', WebhookUrl };
    const cloudFormation = await startCloudFormationServer({ Restitch: { outputs } });
    const secrets = await startAwsJsonServer(() => ({ body: { SecretString: JSON.stringify({ current: token }) } }));
    const { code, out } = await captureCli(['repair', '--node', 'gpu-1', '--stack', 'Restitch'], {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_DYNAMODB: services.dynamoDb.url,
    });
    expect(secrets.calls).toMatchObject([{ operation: 'GetSecretValue', body: { SecretId: arns.WebhookSecretArn } }]);
    expect(out.join('\n')).toContain('\nHealthy: lab.gpu-1.');
    expect(code).toBe(0);
    await Promise.all([cloudFormation.close(), secrets.close()]);
  });
});
