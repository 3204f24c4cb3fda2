import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { followIncident } from '../../../cli/follow-incident.ts';
import { incidentReport } from '../../../cli/incident-report.ts';
import { incidentTable } from '../../../cli/incident-table.ts';
import { repairRequest } from '../../../core/alert/repair-request.ts';
import { openStateTable } from '../../../local/table/open-state-table.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';
import { captureCli } from './captured-cli.ts';

const ID = 'lab-1.gpu-1.1';
const { openedAt } = incidentOf();
const closed = incidentOf({
  incidentId: 'lab-1.gpu-2.1',
  target: { cluster: 'lab-1', node: 'gpu-2' },
  phase: 'closed',
  outcome: 'repaired',
  diagnosis: 'missing-route',
  closedAt: openedAt + 60_000,
});
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-incidents-'));
  const { client, tableName, close } = await openStateTable(folder, { region: 'us-east-1', tableName: 'restitch' });
  const store = createIncidentStore(createTable(DynamoDBDocumentClient.from(client), tableName));
  for (const incident of [incidentOf(), closed]) await store.openOrGet(incident.target, () => incident);
  const detail = { startsAt: openedAt - 30_000, receivedAt: openedAt - 2_000 };
  await store.appendReceipt(
    receiptOf({ entryId: 'd.1', event: 'opened', at: openedAt, summary: 'opened by FlannelVxlanWedge', detail }),
  );
  await store.appendReceipt(receiptOf({ at: openedAt + 5_000 }));
  await close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => captureCli(['incidents', ...args, '--state-dir', folder]);

describe('restitch incidents list', () => {
  it('shows the open ones, and with --all the closed ones too', async () => {
    const { code, out } = await run('list');
    expect(code).toBe(0);
    expect(out.map((line) => line.split(/\s+/).filter((_, column) => column !== 2))).toEqual([
      ['INCIDENT', 'STATE', 'CLASS'],
      [ID, 'opened', 'vxlan-wedge'],
    ]);
    expect((await run('list', '--all')).out.join('\n')).toMatch(/lab-1\.gpu-2\.1 +repaired +\d+d +missing-route/);
    expect((await run('list', '--all', '--limit', '1')).out).toHaveLength(2);
  });

  it('prints the records as JSON', async () => {
    const [line = ''] = (await run('list', '--json')).out;
    expect(JSON.parse(line)).toMatchObject([{ incidentId: ID, phase: 'opened' }]);
  });

  it.each(['0', 'x', '1.5'])('refuses --limit %s', async (limit) => {
    expect(await run('list', '--limit', limit)).toMatchObject({ code: 2, out: [] });
  });
});

describe('the table of incidents', () => {
  it('fits 80 columns, and cuts the class and never the name', () => {
    const incidentId = 'x'.repeat(54);
    const phase = 'awaiting-approval' as const;
    const lines = incidentTable([incidentOf({ incidentId, phase })], openedAt + 45 * 86_400_000);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toBe(`${incidentId}  awaiting-approval  45d …`);
  });
});

describe('restitch incidents show', () => {
  it('tells state, timeline and segments, and what is unknown', async () => {
    const { code, out } = await run('show', ID);
    expect(code).toBe(0);
    const text = out.join('\n');
    expect(out[0]).toBe(`${ID}: vxlan-wedge on gpu-1 of lab-1`);
    expect(out[1]).toBe('  state      opened; vxlan-wedge is a first guess');
    expect(text).toMatch(/opened +opened by FlannelVxlanWedge/);
    expect(text).toMatch(/ {2}intake +28\.0\n {2}queue +2\.0\n {2}evidence +5\.0\n/);
    expect(text).toMatch(/detection +unknown: the receipt begins with the alert/);
  });

  it('prints one JSON object', async () => {
    const shown = JSON.parse((await run('show', ID, '--json')).out.join('\n'));
    expect(shown).toMatchObject({
      incident: { incidentId: ID },
      timeline: [{ event: 'opened' }, { event: 'diagnosis' }],
    });
    expect(shown.segments).toContainEqual({ name: 'queue', seconds: 2, why: null });
  });
});

describe('the report of an incident', () => {
  it('says with each alert what it says of itself, so also who asked for a repair', () => {
    const { labels, annotations, startsAt, fingerprint } = repairRequest({ cluster: 'lab-1', node: 'gpu-1' }, 'ann', 1);
    const alertname = labels['alertname'] ?? '';
    const summary = annotations['summary'] ?? null;
    const alert = { alertname, summary, startsAt, fingerprint, status: 'firing', lastSeenAt: 1 } as const;
    const lines = incidentReport(incidentOf({ alerts: [alert] }), [], { segments: [], atRestSeconds: 0 });
    expect(lines).toContain('  alert      RepairRequested, firing: ann asks for a repair of gpu-1');
  });
});

describe('restitch incidents receipt', () => {
  it('prints a line per entry, and as JSON every detail', async () => {
    expect((await run('receipt', ID)).out).toHaveLength(2);
    const [entry] = JSON.parse((await run('receipt', ID, '--json')).out.join('\n'));
    expect(entry).toMatchObject({ entryId: 'd.1', detail: { startsAt: openedAt - 30_000 } });
  });
});

describe('an incident that is not known', () => {
  it.each(['show', 'receipt', 'follow'])('makes %s fail', async (command) => {
    expect(await run(command, 'lab-1.gpu-9.1')).toMatchObject({
      code: 1,
      out: [],
      err: 'restitch: there is no incident lab-1.gpu-9.1',
    });
  });
});

describe('restitch incidents follow', () => {
  const { signal } = new AbortController();

  it('says each line once, until the incident is closed', async () => {
    const store = createInMemoryIncidentStore();
    store.seed(incidentOf());
    await store.appendReceipt(receiptOf({ entryId: 'r1', summary: 'first' }));
    const said: string[] = [];
    const following = followIncident(store, ID, ({ summary }) => said.push(summary), { pauseMs: 1, signal });
    await store.appendReceipt(receiptOf({ entryId: 'r2', summary: 'second' }));
    await store.appendReceipt(receiptOf({ entryId: 'r3', summary: 'closed' }), (incident) => ({
      ...incident,
      phase: 'closed',
    }));
    await following;
    expect(said).toEqual(['first', 'second', 'closed']);
  });

  it('ends at once when it is told to', async () => {
    const store = createInMemoryIncidentStore();
    store.seed(incidentOf());
    const controller = new AbortController();
    const following = followIncident(store, ID, () => {}, { pauseMs: 3_600_000, signal: controller.signal });
    controller.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
