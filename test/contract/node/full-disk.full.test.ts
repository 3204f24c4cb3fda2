import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { real } from './armed-repair.ts';
import { filesBelow, isMended, onSmallDisks as it, journalOf } from './attacked-node.ts';
import {
  applyParameters,
  armedParameters,
  bounceParameters,
  everyDocument,
  expectParameters,
  leftAtWork,
  systemctlThatRestarts,
} from './every-document.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`a node without room${why}`, { concurrent: true }, () => {
  describe('for work', () => {
    it.for(everyDocument)('%s says so, and touches nothing', async ([document, parameters], { node, disks }) => {
      await disks.run.fill();
      const before = await node.tables();
      const { code, stdout } = await node.run(document, parameters());
      expect(JSON.parse(stdout)).toMatchObject({
        action: document,
        status: 'refused',
        reason: `there is no room in ${node.root}/run/restitch`,
      });
      expect(code).toBe(3);
      expect(await node.tables()).toBe(before);
      expect(await leftAtWork(node)).toEqual([]);
      expect(await journalOf(node)).toEqual([]);
    });

    it('puts everything back when it runs out in the middle of an armed change', async ({ node, disks }) => {
      const given = armedParameters();
      const before = await node.tables();
      const ip = `case "$*" in *batch.route) ${disks.run.filling} ;; esac; ${real('ip')}`;
      const { report } = await node.act('apply', given, { programs: { ip } });
      expect(report).toMatchObject({ status: 'failed', rollbackAt: null });
      expect(report.reason).toMatch(
        /what became of the lines is not known: there is no room .*the snapshot was put back/,
      );
      expect(await node.tables()).toBe(before);
      await disks.run.drain();
      expect((await node.act('apply', given)).report).toMatchObject({ status: 'failed', replayed: true });
    });

    it('is not carried out in part: half of a line may be a line', async ({ node, disks }) => {
      // The list is cut after 4,096 bytes: the last MTU loses a digit.
      const route = (n: number, mtu = '') => `route set 10.99.${n}.0/24 dev flannel.1${mtu}`;
      const lines = [
        ...Array.from({ length: 97 }, (_, n) => route(100 + n)),
        ...Array.from({ length: 4 }, (_, n) => route(200 + n, ' mtu 1400')),
        ...[route(10), route(11), route(1, ' mtu 14000')],
      ];
      expect(lines.join('\n')).toHaveLength(4097);
      await disks.run.fill(2);
      const before = await node.tables();
      const { report } = await node.act('apply', applyParameters({ operations: lines.join(',') }));
      expect(report).toMatchObject({ status: 'refused', reason: `there is no room in ${node.root}/run/restitch` });
      expect(await node.tables()).toBe(before);
    });

    it('does not say of a change without a timer what it could not see', async ({ node, disks }) => {
      const ip = `case "$*" in *batch.route) ${disks.run.filling} ;; esac; ${real('ip')}`;
      const { report } = await node.act('apply', applyParameters(), { programs: { ip } });
      expect(report).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('is not known: there is no room'),
      });
    });

    it('is put aside for the rollback: the timer finds the disks full, and so does who asks', async ({
      node,
      disks,
    }) => {
      const before = await node.tables();
      const given = { ...armedParameters(), confirmWithinSeconds: '4' };
      expect((await node.act('apply', given)).report.status).toBe('applied');
      await disks.run.fill();
      await disks.state.fill();
      while ((await node.tables()) !== before) await sleep(100);
      const outcome = join(node.root, 'run/restitch/armed', given.operationKey, 'outcome');
      while ((await readFile(outcome, 'utf8').catch(() => '')) !== 'rolled-back\n') await sleep(100);
      await disks.run.drain();
      // The journal could not be written to.
      expect((await node.act('read-journal', given)).report).toMatchObject({ status: 'rolled-back', rollbackAt: null });
      expect((await node.act('apply', given)).report).toMatchObject({ status: 'rolled-back', replayed: true });
      expect(await node.tables()).toBe(before);
    });
  });

  describe('for the journal', () => {
    it.for([
      ['apply', applyParameters],
      ['apply', armedParameters],
      ['bounce', bounceParameters],
      ['restart-agent', armedParameters],
      ['expect', expectParameters],
    ] as const)(
      '%s changes nothing, and its key runs when there is room again',
      async ([document, parameters], { node, disks }) => {
        const given = parameters();
        const programs = { systemctl: systemctlThatRestarts(node) };
        await disks.state.fill();
        const before = await node.tables();
        const { report } = await node.act(document, given, { programs });
        expect(report.status).toMatch(/refused|failed/);
        expect(report.reason).toContain(`cannot write ${node.root}/var/lib/restitch`);
        expect(report.rollbackAt).toBe(null);
        expect(await node.tables()).toBe(before);
        expect(await filesBelow(join(node.root, 'run/restitch'))).toEqual(document === 'expect' ? [] : ['armed']);
        expect(await filesBelow(join(node.root, 'var/lib'))).toEqual(
          document === 'expect' ? ['restitch'] : ['restitch', 'restitch/journal'],
        );
        await disks.state.drain();
        expect((await node.act(document, given, { programs })).report).toMatchObject({
          status: 'applied',
          replayed: false,
          reason: null,
        });
      },
    );

    it('that ends during a change without a timer: what was done is told, and done once', async ({ node, disks }) => {
      const given = applyParameters();
      const ip = `case "$*" in *batch.route) ${disks.state.filling} ;; esac; ${real('ip')}`;
      const { report } = await node.act('apply', given, { programs: { ip } });
      expect(report).toMatchObject({
        status: 'applied',
        reason: `the result cannot be written to ${node.root}/var/lib/restitch/journal`,
      });
      expect((await node.act('read-journal', given)).report.status).toBe('interrupted');
      await disks.state.drain();
      expect((await node.act('apply', given)).report.status).toBe('unchanged');
    });

    it('that ends during a restart: the same key does not restart it again', async ({ node, disks }) => {
      const given = armedParameters();
      const programs = { systemctl: systemctlThatRestarts(node, disks.state.filling) };
      const { report } = await node.act('restart-agent', given, { programs });
      expect(report).toMatchObject({ status: 'applied', reason: expect.stringContaining('cannot be written') });
      await disks.state.drain();
      const again = await node.act('restart-agent', given, { programs });
      expect(again.report).toMatchObject({ status: 'failed', reason: expect.stringContaining('did not end') });
      expect(await readFile(join(node.root, 'restarts'), 'utf8')).toBe('restarted\n');
    });
  });
});

describe.skipIf(obstacles.length > 0)(`a node whose disks cannot be written${why}`, { concurrent: true }, () => {
  it.for(everyDocument)(
    '%s says so when it is the folder for work',
    async ([document, parameters], { node, disks }) => {
      await disks.run.readOnly(true);
      const before = await node.tables();
      const { code, stdout } = await node.run(document, parameters());
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'refused',
        reason: `${node.root}/run/restitch cannot be made`,
      });
      expect(code).toBe(3);
      expect(await node.tables()).toBe(before);
    },
  );

  it.for([
    ['apply', applyParameters],
    ['apply', armedParameters],
    ['bounce', bounceParameters],
    ['restart-agent', armedParameters],
    ['expect', expectParameters],
  ] as const)('%s changes nothing when it is the state', async ([document, parameters], { node, disks }) => {
    await node.act('apply', applyParameters({ operations: '' }));
    const journal = await journalOf(node);
    await disks.state.readOnly(true);
    const before = await node.tables();
    const { report } = await node.act(document, parameters(), {
      programs: { systemctl: systemctlThatRestarts(node) },
    });
    expect(report.status).toMatch(/refused|failed/);
    expect(report.reason).toContain(`cannot write ${node.root}/var/lib/restitch`);
    expect(await node.tables()).toBe(before);
    expect(await leftAtWork(node)).toEqual([]);
    expect(await journalOf(node)).toEqual(journal);
  });

  it('a change is confirmed, or goes back, all the same when it is the state', async ({ node, disks }) => {
    const before = await node.tables();
    const given = armedParameters();
    await node.act('apply', given);
    await disks.state.readOnly(true);
    expect((await node.act('confirm', given)).report.status).toBe('confirmed');
    expect(await isMended(node)).toBe(true);
    await disks.state.readOnly(false);
    await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    const other = armedParameters();
    await node.act('apply', other);
    await disks.state.readOnly(true);
    expect((await node.act('rollback', other)).report.status).toBe('rolled-back');
    expect(await node.tables()).toBe(before);
    expect((await node.act('read-journal', other)).report.status).toBe('rolled-back');
  });
});
