import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../lab/run-program.ts';
import { startEc2StandIn } from '../../local/ec2/ec2-stand-in.ts';
import { LAB_ROUTE_TABLE } from '../../local/ec2/vpc-route-table.ts';
import { createRouterFleet } from '../contract/ec2/router-fleet.ts';
import { type ForeignServers, startForeignServers } from './foreign-servers.ts';
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

/** `restitch` as a process of its own. */
function runRestitch(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const program = join(import.meta.dirname, '..', '..', 'cli', 'restitch.ts');
  const argv = [process.execPath, '--disable-warning=ExperimentalWarning', program, ...args];
  return runProgram(argv, { env: { PATH: process.env['PATH'] ?? '', ...environment }, timeoutMs: 60_000 });
}

async function startServers(): Promise<ForeignServers> {
  const servers = await startForeignServers(folder, () => restitch?.approvalUrl ?? '');
  closers = [servers.close];
  return servers;
}

describe('with every plug set', () => {
  it('diagnoses a node of the foreign cluster from the command line', async () => {
    const { fleet, environment } = await startServers();
    await fleet.inject('fdb-flushed');
    const { code, stdout } = await runRestitch(['diagnose', '--node', 'gpu-1', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' });
    const unknown = await runRestitch(['diagnose', '--node', 'gpu-9'], environment);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('gpu-9') });
  });

  it('reads the route tables of the foreign EC2 that are named, and no other', async () => {
    const { environment } = await startServers();
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
    const { fleet, environment, messages } = await startServers();
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
