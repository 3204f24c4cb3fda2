import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { LAB_ROUTE_TABLE } from '../../../local/ec2/vpc-route-table.ts';
import { type EvidenceSource, fleetSource } from '../../../local/evidence-source.ts';
import { startLabIncident } from './lab-incident.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;
const NETWORK = '10.200.0.0/24';
const alice = { id: 'U0ALICE', name: 'alice' };

describe.skipIf(obstacles.length > 0)(`when the VPC of the lab lost its route to the tunnel${why}`, () => {
  let stateDir = '';
  let fleet: Fleet;
  let source: EvidenceSource;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-cloud-'));
    fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 5 });
    source = await fleetSource(fleet, stateDir, loadLocalConfig({}));
  });
  afterAll(async () => {
    await source.close();
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await router('route', 'flush', NETWORK);
  });

  it('a no leaves the VPC alone, and the incident gives the exact command', async () => {
    const { incident, told } = await runWith('denied');
    expect(incident.phase).toBe('handed-over');
    expect(told.at(-1)).toContain(
      `aws ec2 create-route --route-table-id ${LAB_ROUTE_TABLE} --destination-cidr-block ${NETWORK} --instance-id i-0a0000000000000a1`,
    );
    expect(await router('route', 'show', NETWORK)).toBe('');
  });

  it('a yes brings the route back, verified by packets in both directions', async () => {
    const { incident, told } = await runWith('approved');
    expect(incident).toMatchObject({ phase: 'closed', outcome: 'repaired' });
    expect(told.find((line) => line.startsWith('diagnosis'))).toBe(
      'diagnosis: missing-route (cloud-route-missing), confidence 0.97',
    );
    expect(await router('route', 'show', NETWORK)).toMatch(/via 10\.0\.1\.10 /);
  });

  it('a route to a host that is gone is replaced', async () => {
    await router('route', 'add', 'blackhole', NETWORK);
    const { incident, told } = await runWith('approved');
    expect(incident).toMatchObject({ outcome: 'repaired' });
    expect(told.join('\n')).toContain(`${LAB_ROUTE_TABLE}: replace route ${NETWORK} → i-0a0000000000000a1: done`);
  });

  async function router(...args: readonly string[]): Promise<string> {
    const { stdout } = await fleet.exec('vpc', { argv: ['ip', ...args], timeoutMs: 5_000 });
    return stdout.trim();
  }

  /** Works an incident of gpu-1 to its end, with one answer to every question. */
  async function runWith(decision: 'approved' | 'denied') {
    const { approvals, engine, latest, told } = await startLabIncident(source.ports);
    let incident = await latest();
    while (incident.phase !== 'closed' && incident.phase !== 'handed-over') {
      await sleep(200);
      for (const { approvalId, planDigest } of await approvals.listPending()) {
        const outcome = await approvals.decide(approvalId, { planDigest, decision, by: alice }, Date.now(), () => true);
        if (outcome.type === 'decided')
          await engine.completeCallback(outcome.approval.callbackId ?? '', { type: 'decision' });
      }
      incident = await latest();
    }
    await engine.stop();
    return { incident, told: await told() };
  }
});
