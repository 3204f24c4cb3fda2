import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentName } from '../../core/runbook/node-command.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { runProgram } from '../../lab/run-program.ts';
import { createSimulatedFleet } from '../../lab/simulated/create-simulated-fleet.ts';
import { startEc2StandIn } from '../../local/ec2/ec2-stand-in.ts';
import { LAB_ROUTE_TABLE } from '../../local/ec2/vpc-route-table.ts';
import { startKubernetesStandIn } from '../../local/kubernetes/kubernetes-stand-in.ts';
import { startEmbeddedSqs } from '../../local/queue/embedded-sqs.ts';
import { startSlackStandIn } from '../../local/slack/slack-stand-in.ts';
import { startSsmStandIn } from '../../local/ssm/ssm-stand-in.ts';
import { startEmbeddedDynamoDb } from '../../local/table/embedded-dynamodb.ts';
import { buildDocument } from '../../runbooks/documents/build-document.ts';
import { documents } from '../../runbooks/documents/documents.ts';
import { createRouterFleet } from '../contract/ec2/router-fleet.ts';
import {
  closedIncident,
  makeStateDir,
  post,
  type RestitchProcess,
  removeStateDir,
  startRestitch,
  webhookFor,
} from './restitch-process.ts';

let folder = '';
let restitch: RestitchProcess | undefined;
let closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await makeStateDir();
});

afterEach(async () => {
  await restitch?.interrupt();
  restitch = undefined;
  for (const close of closers.reverse()) await close();
  closers = [];
  await removeStateDir(folder);
});

function ownDocuments(): Readonly<Record<string, unknown>> {
  const read = (file: string) => readFileSync(join(import.meta.dirname, '..', '..', 'runbooks', 'node', file), 'utf8');
  const names = Object.keys(documents).filter((name): name is DocumentName => name in documents);
  return Object.fromEntries(names.map((name) => [`Restitch-${name}`, buildDocument(name, read)]));
}

/** `restitch` as a process of its own. */
function runRestitch(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const program = join(import.meta.dirname, '..', '..', 'cli', 'restitch.ts');
  const argv = [process.execPath, '--disable-warning=ExperimentalWarning', program, ...args];
  return runProgram(argv, { env: { PATH: process.env['PATH'] ?? '', ...environment }, timeoutMs: 60_000 });
}

/** Servers that stand for other people's: started here, known to Restitch only by the standard variables. */
async function startForeignServers(): Promise<{
  readonly fleet: Fleet;
  readonly environment: Readonly<Record<string, string>>;
  readonly messages: () => number;
}> {
  const stateDir = join(folder, 'foreign');
  await mkdir(stateDir, { recursive: true });
  const fleet = await createSimulatedFleet({ stateDir });
  const sqs = await startEmbeddedSqs(join(stateDir, 'sqs'));
  const dynamoDb = await startEmbeddedDynamoDb(join(stateDir, 'dynamodb'));
  const ssm = await startSsmStandIn({ fleet, documents: ownDocuments(), stateDir, instanceTag: 'restitch:node' });
  const kubernetes = await startKubernetesStandIn({ fleet, stateDir, token: 'foreign-token' });
  const slack = await startSlackStandIn({
    stateDir,
    token: 'xoxb-foreign',
    signingSecret: 'foreign',
    interactivityUrl: () => restitch?.approvalUrl ?? '',
  });
  closers = [() => fleet.down(), sqs.close, dynamoDb.close, ssm.close, kubernetes.close, slack.close];
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubernetes.kubeconfig);
  return {
    fleet,
    messages: () => slack.messages(10).length,
    environment: {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      KUBECONFIG: kubeconfig,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-foreign',
      SLACK_SIGNING_SECRET: 'foreign',
      APPROVERS: 'U0ALICE',
      REPAIR_MODE: 'act',
    },
  };
}

describe('with every plug set', () => {
  it('diagnoses a node of the foreign cluster from the command line', async () => {
    const { fleet, environment } = await startForeignServers();
    await fleet.inject('fdb-flushed');
    const { code, stdout } = await runRestitch(['diagnose', '--node', 'gpu-1', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' });
    const unknown = await runRestitch(['diagnose', '--node', 'gpu-9'], environment);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('gpu-9') });
  });

  it('reads the route tables of the foreign EC2 that are named, and no other', async () => {
    const { environment } = await startForeignServers();
    const ec2 = await startEc2StandIn(createRouterFleet().fleet);
    closers.push(ec2.close);
    const file = join(folder, 'evidence.json');
    const tables = { AWS_ENDPOINT_URL_EC2: ec2.url, ROUTE_TABLES: `${LAB_ROUTE_TABLE},rtb-0fedcba9876543210` };
    const asked = await runRestitch(['diagnose', '--node', 'gpu-1', '--save', file], { ...environment, ...tables });
    expect(asked.code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      routeTables: [
        { status: 'read', id: LAB_ROUTE_TABLE },
        { status: 'unread', reason: expect.stringContaining('InvalidRouteTableID.NotFound') },
      ],
    });
  });

  it('repairs a node of the foreign cluster through the foreign servers, and starts no fleet of its own', async () => {
    const { fleet, environment, messages } = await startForeignServers();
    const stateDir = join(folder, 'own');
    restitch = await startRestitch(stateDir, [], environment);
    await fleet.inject('fdb-flushed');
    expect((await post(restitch, webhookFor(new Date()))).status).toBe(200);
    expect((await closedIncident(restitch)).outcome).toBe('repaired');
    expect(messages()).toBeGreaterThan(0);
    expect(() => readFileSync(join(stateDir, 'lab-keys.json'))).toThrow('ENOENT');
    expect(() => readFileSync(join(stateDir, 'ssm.sqlite'))).toThrow('ENOENT');
  });
});
