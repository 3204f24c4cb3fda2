import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSafetyRecords } from '../../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { newTrack, trackKey, withOutcome } from '../../../core/safety/autonomy.ts';
import { countBroken, newBreakers } from '../../../core/safety/breaker.ts';
import type { SafetyRecords } from '../../../core/safety/safety-records.ts';
import { openStateTable } from '../../../local/table/open-state-table.ts';
import { captureCli } from './captured-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-safety-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => captureCli(args, { USER: 'ann' });

const here = (...args: readonly string[]) => run(...args, '--state-dir', folder);

async function prepare(body: (records: SafetyRecords) => Promise<unknown>): Promise<void> {
  const { client, tableName, close } = await openStateTable(folder, { region: 'us-east-1', tableName: 'restitch' });
  await body(createSafetyRecords(createTable(DynamoDBDocumentClient.from(client), tableName)));
  await close();
}

describe('restitch pause', () => {
  it('is seen by pauses, and ended by resume', async () => {
    expect((await here('pauses')).out).toEqual(['nothing is paused']);
    expect(await here('pause', 'all', '--reason', 'a release')).toMatchObject({
      code: 0,
      out: ['paused: all by ann, until resumed: a release'],
    });
    await here('pause', 'pool=gpu', '--reason', 'new drivers', '--by', 'bob', '--for', '2h');
    const { out } = await here('pauses', '--json');
    const [all, pool] = JSON.parse(out[0] ?? '');
    expect(all).toMatchObject({ scope: { type: 'all' }, by: 'ann', until: null });
    expect(pool.until - pool.since).toBe(7_200_000);
    const resumed = await here('resume', 'all');
    expect(resumed.code).toBe(0);
    expect(resumed.out[0]).toBe('resumed: all');
    expect(resumed.out[1]).toContain('still paused: pool=gpu by bob');
    expect(await here('resume', 'all')).toMatchObject({ code: 1, out: ['all is not paused', expect.anything()] });
    expect((await here('resume', 'pool=gpu')).code).toBe(0);
  });

  it.each([
    [['pause', 'all'], '--reason'],
    [['pause', '--reason', 'x'], 'wants all, cluster=NAME'],
    [['pause', 'everything', '--reason', 'x'], 'everything is none'],
    [['pause', 'class=no-such', '--reason', 'x'], 'class=no-such is none'],
    [['pause', 'all', '--reason', 'x', '--for', 'ever'], 'as 90m, 4h or 2d'],
    [['pause', 'all', '--reason', 'x', '--until', '2020-01-01T00:00:00Z'], 'in the past'],
    [['pause', 'all', '--reason', 'x', '--for', '1h', '--until', '2090-01-01T00:00:00Z'], 'not both'],
    [['resume', 'all', '--reason', 'x'], "unknown option '--reason'"],
    [['pauses', 'all'], "too many arguments for 'pauses'"],
  ])('%j is wrong usage', async (args, said) => {
    const { code, err } = await here(...args);
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});

describe('restitch breaker', () => {
  it('is tripped and reset by hand, and says what was dropped', async () => {
    expect((await here('breaker', 'show')).out).toEqual(['every breaker is closed']);
    expect((await here('breaker', 'trip', 'cluster=lab', '--reason', 'a bad rule')).code).toBe(0);
    expect((await here('breaker', 'show')).out[0]).toMatch(
      /^lab: cluster=lab tripped by ann at .*: a bad rule; waiting nodes: 0$/,
    );
    const scopes = [{ name: 'cluster=lab', size: 4 }];
    const limits = { windowSeconds: 60, maxPercent: 0, minNodes: 1, retrySeconds: 60 };
    await prepare(({ breakers }) =>
      breakers.change('lab', (record) =>
        countBroken(record ?? newBreakers('lab'), { node: 'gpu-1', scopes }, limits, 1),
      ),
    );
    expect((await here('breaker', 'reset', 'cluster=lab')).out).toEqual([
      'lab: cluster=lab is closed; waiting work that is dropped: 1, of gpu-1',
    ]);
    expect(await here('breaker', 'reset', 'cluster=lab')).toMatchObject({ code: 1 });
    expect((await here('breaker', 'trip', 'pool=gpu', '--reason', 'x')).out).toEqual([
      'lab: pool=gpu is open until it is reset',
    ]);
  });

  it.each([
    [['breaker', 'trip', 'node=gpu-1', '--reason', 'x'], 'breaker wants show'],
    [['breaker', 'open', 'cluster=lab'], 'breaker wants show, trip or reset'],
    [['breaker', 'trip', 'cluster=lab'], '--reason'],
  ])('%j is wrong usage', async (args, said) => {
    const { code, err } = await here(...args);
    expect({ code, said: err.includes(said) ? said : err }).toEqual({ code: 2, said });
  });
});

describe('restitch shadow report', () => {
  it('shows what each stage decided, and what it has earned', async () => {
    expect((await here('shadow', 'report')).out).toEqual(['nothing was decided yet']);
    const key = { cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge', stage: 'reconcile' } as const;
    const outcome = { incidentId: 'lab.gpu-1.1', at: 1, cause: 'fdb-missing', mark: 'right' } as const;
    await prepare(({ tracks }) =>
      tracks.change(trackKey(key), () => withOutcome(newTrack(key), outcome, { toApprove: 1, toAuto: 9 })),
    );
    expect((await here('shadow', 'report')).out).toEqual([
      'pool     class        stage      level    open  right  unneeded  wrong  healed  failed',
      'lab/gpu  vxlan-wedge  reconcile  approve  0     1      0         0      0       0',
    ]);
  });
});

describe('a table that is not named', () => {
  it('is said, with what to give', async () => {
    const { code, err } = await run('pauses');
    expect(code).toBe(2);
    expect(err).toContain('set TABLE_NAME to the table of the stack, or give --state-dir');
  });

  it('nor is a folder made by mistake', async () => {
    const { code, err } = await run('pauses', '--state-dir', join(folder, 'nowhere'));
    expect(code).toBe(2);
    expect(err).toContain('there is no folder');
  });
});
