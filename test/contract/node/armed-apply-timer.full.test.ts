import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { endTimers, killing, killPoints, outdated, repairOf } from './armed-repair.ts';
import { createTunnelNode } from './tunnel-node.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const points = killPoints.filter(({ program, words }) => /batch.vxlan|allowed|json/.test(words) && program !== 'dd');

describe.skipIf(obstacles.length > 0)(`an apply that was killed and that nobody asks about again${why}`, () => {
  // They wait for their timers, so they wait together: each on a node of its own.
  it.concurrent.each(points)('$when $program $words: its timer puts everything back', async (point) => {
    const made = await createTunnelNode();
    const { node } = made;
    try {
      await made.setUp(outdated);
      const before = await made.state();
      const given = {
        operationKey: 'inc-1.repair.1',
        fencingToken: '5',
        operations: repairOf(made).join(','),
        check: 'false',
        // Long enough that a busy machine comes to the point before the timer does.
        confirmWithinSeconds: '8',
      };
      expect((await node.run('apply', given, { programs: killing(node, point) })).code).toBeNull();
      const journal = async () => (await node.act('read-journal', { operationKey: given.operationKey })).report;
      while ((await journal()).status !== 'rolled-back') await sleep(250);
      expect(await made.state()).toBe(before);
    } finally {
      await endTimers(node);
      await made.remove();
    }
  });
});
