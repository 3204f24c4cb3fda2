import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { real } from './armed-repair.ts';
import { journalOf, onBrokenNode, onNodeWithVictim, onSmallDisks } from './attacked-node.ts';
import { applyParameters, armedParameters, bounceParameters, leftAtWork } from './every-document.ts';
import { expectRefusal } from './foreign-folders.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** One of each kind: the others are in the files whose names end in `.full.test.ts`. */
describe.skipIf(obstacles.length > 0)(`a host that is attacked or fails${why}`, { concurrent: true }, () => {
  onNodeWithVictim(
    'a lock that leads to files of somebody else: they are neither removed nor written to',
    ({ node, victim }) => expectRefusal(node, victim, 'run/restitch/lock', 'a link to a folder of somebody else'),
  );

  onSmallDisks(
    'room for work that ends while the snapshot is taken: nothing is touched, and nothing stays',
    async ({ node, disks }) => {
      const given = armedParameters();
      const before = await node.tables();
      const bridge = `case $PWD in */.new.*) ${disks.run.filling} ;; esac; ${real('bridge')}`;
      const { report } = await node.act('apply', given, { programs: { bridge } });
      expect(report).toMatchObject({
        status: 'refused',
        rollbackAt: null,
        reason: `there is no room in ${node.root}/run/restitch`,
      });
      expect(await node.tables()).toBe(before);
      expect(await leftAtWork(node)).toEqual([]);
      expect(await journalOf(node)).toEqual([]);
      await disks.run.drain();
      expect((await node.act('apply', given)).report).toMatchObject({ status: 'applied', replayed: false });
    },
  );

  onSmallDisks(
    'room for the journal that ends during an armed change: nobody would know of it, so it goes back',
    async ({ node, disks }) => {
      const given = armedParameters();
      const before = await node.tables();
      const ip = `case "$*" in *batch.route) ${disks.state.filling} ;; esac; ${real('ip')}`;
      const { report } = await node.act('apply', given, { programs: { ip } });
      expect(report).toMatchObject({
        status: 'failed',
        rollbackAt: null,
        reason: expect.stringMatching(/the result cannot be written to .*; the snapshot was put back/),
      });
      expect(await node.tables()).toBe(before);
      await disks.state.drain();
      expect((await node.act('apply', given)).report).toMatchObject({ status: 'rolled-back', changed: [] });
      expect(await node.tables()).toBe(before);
    },
  );

  onBrokenNode(
    'armed, with different keys: one is carried out, and the others wait for its confirmation',
    async ({ node, broken }) => {
      const given = [armedParameters(), armedParameters(), bounceParameters(), armedParameters()];
      const reports = await Promise.all(
        given.map(async (one, n) => (await node.act(n === 2 ? 'bounce' : 'apply', one)).report),
      );
      const first = reports.findIndex(({ status }) => status === 'applied');
      for (const [n, report] of reports.entries())
        expect(report).toMatchObject(n === first ? { status: 'applied' } : { status: 'refused', refusal: 'busy' });
      expect(await leftAtWork(node)).toEqual([]);
      expect(await readdir(join(node.root, 'run/restitch/armed'))).toEqual([given[first]?.operationKey]);
      const { report } = await node.act('rollback', { operationKey: `${given[first]?.operationKey}` });
      expect(report.status).toBe('rolled-back');
      expect(await node.tables()).toBe(broken.tables);
    },
  );

  onBrokenNode('addresses that cannot be read are not taken for gone', async ({ node, broken }) => {
    const programs = { ip: `case "$*" in '-o addr show'*) exit 255 ;; esac; ${real('ip')}` };
    const line = 'addr del 10.42.1.0/32 dev flannel.1';
    const { report } = await node.act('apply', applyParameters({ operations: line }), { programs });
    expect(report).toMatchObject({
      status: 'failed',
      changed: [],
      failed: [{ line, error: 'the addresses cannot be read' }],
    });
    expect(await node.tables()).toBe(broken.tables);
  });
});
