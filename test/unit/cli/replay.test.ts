import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { replayReceipt } from '../../../cli/replay/replay-receipt.ts';
import type { ReceiptEntry } from '../../../core/incident/receipt.ts';
import { openStateTable } from '../../../local/table/open-state-table.ts';
import { incidentOf } from '../../fakes/sample-records.ts';
import { answer, createIncidentUnderTest } from '../runbook/incident-under-test.ts';
import { captureCli } from './captured-cli.ts';

const ID = 'lab.gpu-1.1';
type Work = ReturnType<typeof createIncidentUnderTest>;

/** The receipt of an incident that the real runbook worked on. */
async function receiptAfter(work: Work, act: (work: Work) => Promise<unknown>): Promise<readonly ReceiptEntry[]> {
  await work.start();
  await act(work);
  return work.store.readReceipt(ID);
}

const healed = () => receiptAfter(createIncidentUnderTest(), (work) => work.untilClosed());

/** A reconcile that does not help, and a bounce after approval. */
async function bounced(): Promise<readonly ReceiptEntry[]> {
  const incident = createIncidentUnderTest();
  incident.commands.heals = ['bounce'];
  return receiptAfter(incident, async (work) => {
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilClosed();
  });
}

/** Nothing helps: the node is quarantined, and the next run finds nothing left to try. */
async function handedOver(): Promise<readonly ReceiptEntry[]> {
  const incident = createIncidentUnderTest({ APPROVE_QUARANTINE: 'false' });
  incident.commands.heals = [];
  return receiptAfter(incident, async (work) => {
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilAtRest();
    await work.nextRun();
    await work.untilAtRest();
  });
}

const Detail = z.looseObject({});

/** With the details of the entries of one event changed, as if other code had written them. */
function changed(
  receipt: readonly ReceiptEntry[],
  event: ReceiptEntry['event'],
  change: (detail: Record<string, unknown>) => unknown,
): readonly ReceiptEntry[] {
  return receipt.map((entry) =>
    entry.event === event
      ? { ...entry, detail: JSON.parse(JSON.stringify(change(Detail.parse(entry.detail)))) }
      : entry,
  );
}

describe('incidents that the real runbook worked on', () => {
  it.each([
    ['healed by the first stage', healed, 3],
    ['healed by the second stage, after approval', bounced, 5],
    ['handed over', handedOver, 4],
  ])('%s: are decided again in the same way', async (_, receipt, least) => {
    const { decisions, differences, notKept } = replayReceipt(ID, await receipt());
    expect({ differences, notKept }).toEqual({ differences: [], notKept: [] });
    expect(decisions).toBeGreaterThanOrEqual(least);
  });
});

describe('what was decided otherwise', () => {
  const changesIn = (receipt: readonly ReceiptEntry[]) =>
    replayReceipt(ID, receipt).differences.map(({ changes }) => changes);

  it('is told by class, cause and host', async () => {
    const diagnosis = { class: 'missing-route', cause: 'tunnel-route-missing', hostAtFault: null };
    const other = changed(await healed(), 'diagnosis', (detail) => ({ ...detail, diagnosis }));
    const [first = []] = changesIn(other);
    expect(first).toEqual([
      'class missing-route → vxlan-wedge',
      expect.stringMatching(/^cause tunnel-route-missing → /),
      'host none → gpu-1',
    ]);
  });

  it('is told by the lines of the plan', async () => {
    const other = changed(await healed(), 'guard', (detail) => ({
      ...detail,
      lines: ['gpu-1: link up dev flannel.1'],
    }));
    expect(changesIn(other)).toEqual([[expect.stringMatching(/^plan reconcile: -1 \+\d+ lines$/)]]);
  });

  it('is told by the stage', async () => {
    const receipt = await bounced();
    const other = receipt.map((entry) =>
      entry.event === 'guard' && entry.stage === 'bounce' ? { ...entry, stage: 'quarantine' } : entry,
    );
    expect(changesIn(other)[0]).toEqual(['plan quarantine → bounce']);
    const handed = receipt
      .filter(({ event, stage }) => !(event === 'guard' && stage === 'bounce'))
      .map((entry) =>
        entry.event === 'approval-requested' ? { ...entry, event: 'handed-over' as const, stage: null } : entry,
      );
    expect(changesIn(handed)[0]).toEqual(['plan nothing → bounce']);
  });

  it('is no plan where a wait or the incident of a hub came before any', async () => {
    const waited = (await healed()).filter(({ event }) => event !== 'guard');
    expect(changesIn(waited)).toEqual([]);
  });
});

describe('a look whose evidence is not kept', () => {
  it.each([
    ['expired', () => ({ leftOut: 'the detail is no longer kept' }), 'its evidence is no longer kept'],
    [
      'cut',
      (detail: Record<string, unknown>) => ({
        ...detail,
        evidence: { ...Detail.parse(detail['evidence']), nodesLeftOut: 7 },
      }),
      'its evidence was too large to be kept whole',
    ],
    [
      'of another version',
      (detail: Record<string, unknown>) => ({ ...detail, evidence: { schema: 'restitch/evidence/0' } }),
      'its evidence is of a version that cannot be read',
    ],
  ])('because it is %s is not replayed, and is said', async (_, change, why) => {
    const { decisions, notKept } = replayReceipt(ID, changed(await healed(), 'diagnosis', change));
    expect([decisions, new Set(notKept)]).toEqual([0, new Set([why])]);
  });
});

describe('restitch replay', () => {
  let folder = '';
  const file = () => join(folder, 'receipt.json');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'restitch-replay-'));
    const receipt = await healed();
    await writeFile(file(), JSON.stringify(receipt));
    const { client, tableName, close } = await openStateTable(folder, { region: 'us-east-1', tableName: 'restitch' });
    const store = createIncidentStore(createTable(DynamoDBDocumentClient.from(client), tableName));
    const incident = incidentOf({ incidentId: ID });
    await store.openOrGet(incident.target, () => incident);
    for (const entry of receipt) await store.appendReceipt(entry);
    await close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) => captureCli(['replay', ...args]);
  const total = '1 incident: 1 unchanged, 0 with differences, 0 with nothing to replay';

  it('replays the incidents of a table', async () => {
    const said = { code: 0, out: [`${ID}  unchanged, 3 decisions`, total], err: '' };
    expect(await run(ID, '--state-dir', folder)).toEqual(said);
    expect(await run('--since', '2026-11-21', '--state-dir', folder)).toEqual(said);
    const none = await run('--since', '2026-11-01', '--until', '2026-11-02', '--state-dir', folder);
    expect(none.out).toEqual(['0 incidents: 0 unchanged, 0 with differences, 0 with nothing to replay']);
  });

  it('replays stored receipts, and ends with 1 where one differs', async () => {
    expect(await run('--receipt', file())).toMatchObject({ code: 0, out: [`${ID}  unchanged, 3 decisions`, total] });
    const other = join(folder, 'other.json');
    await writeFile(other, JSON.stringify(changed(await healed(), 'guard', (detail) => ({ ...detail, lines: [] }))));
    const { code, out } = await run('--receipt', other);
    expect([code, out[0]]).toEqual([
      1,
      expect.stringMatching(/^lab\.gpu-1\.1 {2}differs, r0001\.\d+: plan reconcile: -0 \+\d+ lines$/),
    ]);
    const json = JSON.parse((await run('--receipt', other, '--json')).out.join('\n'));
    expect(json).toMatchObject([{ incidentId: ID, differences: [{ before: { planned: { lines: [] } } }] }]);
  });

  it('says what is wrong', async () => {
    expect(await run('--receipt', file(), '--state-dir', folder)).toMatchObject({ code: 2 });
    expect(await run('--since', 'x', '--state-dir', folder)).toMatchObject({ code: 2 });
    expect(await run('lab.gpu-9.1', '--state-dir', folder)).toMatchObject({
      code: 1,
      err: 'restitch: there is no incident lab.gpu-9.1',
    });
    expect(await run('lab.gpu-9.1', '--receipt', file())).toMatchObject({
      code: 1,
      err: 'restitch: there is no receipt of lab.gpu-9.1',
    });
  });
});
