import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { runProgram } from '../../../lab/run-program.ts';
import { real } from './armed-repair.ts';
import { onBrokenNode as it } from './attacked-node.ts';
import { diagnoseOn } from './diagnosed-node.ts';
import {
  applyParameters,
  armedParameters,
  bounceParameters,
  expectParameters,
  leftAtWork,
  systemctlThatRestarts,
} from './every-document.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`documents that come at once${why}`, { concurrent: true }, () => {
  it.for(['apply', 'bounce'] as const)(
    '%s, armed, twice with one key: it is carried out once',
    async (document, { node, broken }) => {
      const given = bounceParameters();
      const ip = `case "$*" in *batch.route | 'link set dev flannel.1 down') echo "$*" >>'${node.root}/calls' ;; esac; ${real('ip')}`;
      const run = async () => (await node.act(document, given, { programs: { ip } })).report;
      const reports = await Promise.all([run(), run(), run()]);
      expect(reports.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
      expect(reports.filter(({ replayed }) => !replayed)).toHaveLength(1);
      const calls = (await readFile(join(node.root, 'calls'), 'utf8')).trim().split('\n');
      expect(calls.filter((call) => call.startsWith('link set'))).toHaveLength(document === 'bounce' ? 1 : 0);
      expect((await node.act('rollback', given)).report.status).toBe('rolled-back');
      expect(await node.tables()).toBe(broken.tables);
      expect(await leftAtWork(node)).toEqual([]);
    },
  );

  it('restart-agent twice with one key restarts once', async ({ node, broken: _ }) => {
    const given = armedParameters();
    const programs = { systemctl: systemctlThatRestarts(node) };
    const reports = await Promise.all(
      [1, 2].map(async () => (await node.act('restart-agent', given, { programs })).report),
    );
    expect(reports.map(({ status }) => status)).toEqual(['applied', 'applied']);
    expect(await readFile(join(node.root, 'restarts'), 'utf8')).toBe('restarted\n');
  });

  it('diagnose reads while an apply is in the middle of its work, and takes nothing from it', async ({
    node,
    broken: _,
  }) => {
    const slow = `case "$*" in *batch.route) sleep 1 ;; esac; ${real('ip')}`;
    const change = node.act('apply', armedParameters(), { programs: { ip: slow } });
    while ((await readdir(join(node.root, 'run/restitch/lock')).catch(() => [])).length === 0) await sleep(20);
    const [one, other] = await Promise.all([diagnoseOn(node, {}), diagnoseOn(node, {})]);
    for (const { evidence, code } of [one, other]) {
      expect(code).toBe(0);
      expect(evidence.links.map(({ name }) => name)).toContain('flannel.1');
    }
    expect((await change).report).toMatchObject({ status: 'applied', failed: [] });
    expect(await leftAtWork(node)).toEqual([]);
  });

  it('rollback by the timer in the moment of the confirmation: one of them, as a whole', async ({ node, broken }) => {
    for (let n = 0; n < 6; n++) {
      const given = armedParameters();
      await node.act('apply', given);
      const after = await node.tables();
      const restore = join(node.root, 'run/restitch/armed', given.operationKey, 'restore');
      // The confirmation has more to do before it decides.
      const timer = sleep(10 * n).then(() => runProgram(['ip', 'netns', 'exec', node.name, 'sh', restore]));
      const [{ report }] = await Promise.all([node.act('confirm', given), timer]);
      expect(['confirmed', 'rolled-back']).toContain(report.status);
      expect(await node.tables()).toBe(report.status === 'confirmed' ? after : broken.tables);
      expect((await node.act('read-journal', given)).report.status).toBe(
        report.status === 'confirmed' ? 'applied' : 'rolled-back',
      );
      if (report.status === 'confirmed') await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    }
  });

  it('confirm and rollback: one of them, as a whole', async ({ node, broken }) => {
    const given = armedParameters();
    await node.act('apply', given);
    const after = await node.tables();
    const [confirm, rollback] = await Promise.all([node.act('confirm', given), node.act('rollback', given)]);
    expect(confirm.report.status).toBe(rollback.report.status);
    expect(await node.tables()).toBe(confirm.report.status === 'confirmed' ? after : broken.tables);
  });

  it('two expected networks: the file is one of them, whole', async ({ node, broken: _ }) => {
    const given = [expectParameters('1700000000001', 200), expectParameters('1700000000002', 3)];
    const reports = await Promise.all(given.map(async (one) => (await node.act('expect', one)).report));
    expect(reports.some(({ status }) => status === 'applied')).toBe(true);
    const text = await readFile(join(node.root, 'var/lib/restitch/expected-network'), 'utf8');
    const peers = text.split('\n').filter((line) => line.startsWith('peer')).length;
    expect(peers).toBe(text.includes('generation 1700000000001') ? 200 : 3);
    expect(await readdir(join(node.root, 'var/lib/restitch'))).toEqual(['expected-network']);
  });

  it('a dozen at once leave nothing but their results', async ({ node, broken: _ }) => {
    await Promise.all(Array.from({ length: 12 }, () => node.act('apply', applyParameters())));
    expect(await leftAtWork(node)).toEqual([]);
    expect(await readdir(join(node.root, 'var/lib/restitch/journal'))).toHaveLength(12);
  });
});
