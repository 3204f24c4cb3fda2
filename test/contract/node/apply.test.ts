import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { killsItsScript, type NamespaceNode, peerOperations } from './namespace-pair.ts';
import { onPair as it } from './on-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`the apply document on a real kernel${why}`, { concurrent: true }, () => {
  let keys = 0;

  const parameters = (operations: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    keys += 1;
    return {
      operationKey: `inc-1.reconcile.${keys}`,
      fencingToken: '5',
      operations: operations.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
      ...others,
    };
  };

  it('puts a peer’s entries in place, so that packets reach it', async ({ node }) => {
    const { code, report } = await node.act('apply', parameters(peerOperations));
    expect(report).toMatchObject({ status: 'applied', changed: peerOperations, unchangedCount: 0, failed: [] });
    expect(code).toBe(0);
    await node.exec('ping -n -c 1 -W 2 10.42.2.0');
    expect(await node.exec('ip neigh show dev flannel.1')).toContain('02:00:00:00:00:02 PERMANENT');
    expect(await node.exec('ip route show dev flannel.1')).toContain('10.42.2.0/24 via 10.42.2.0 onlink');
  });

  it('touches nothing on a healthy node', async ({ node }) => {
    await node.act('apply', parameters(peerOperations));
    const before = await node.tables();
    const { report } = await node.act('apply', parameters(peerOperations), {
      // A run that changes nothing calls no batch.
      programs: {
        ip: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/ip "$@"',
        bridge: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/bridge "$@"',
      },
    });
    expect(report).toMatchObject({ status: 'unchanged', changed: [], unchangedCount: 3, failed: [] });
    expect(await node.tables()).toBe(before);
  });

  describe('every operation of the grammar', () => {
    it('pins a neighbour that the kernel had learnt', async ({ node }) => {
      await node.exec('ip neigh replace 10.42.2.0 lladdr 02:00:00:00:00:02 dev flannel.1 nud stale');
      const { report } = await node.act('apply', parameters([peerOperations[0]]));
      expect(report.changed).toEqual([peerOperations[0]]);
      expect(await node.exec('ip neigh show dev flannel.1')).toContain('PERMANENT');
    });

    it('leaves exactly the right destination for a MAC that had another', async ({ node }) => {
      await node.exec('bridge fdb append 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.77 self permanent');
      await node.exec('bridge fdb append 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.78 self permanent');
      const { report } = await node.act('apply', parameters([peerOperations[1]]));
      expect(report).toMatchObject({ status: 'applied', failed: [] });
      expect((await node.exec('bridge fdb show dev flannel.1')).trim()).toBe(
        '02:00:00:00:00:02 dst 192.0.2.2 self permanent',
      );
    });

    it('makes an entry permanent that would have aged away', async ({ node }) => {
      await node.exec('bridge fdb add 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self dynamic');
      expect((await node.act('apply', parameters([peerOperations[1]]))).report.changed).toEqual([peerOperations[1]]);
      expect((await node.exec('bridge fdb show dev flannel.1')).trim()).toBe(
        '02:00:00:00:00:02 dst 192.0.2.2 self permanent',
      );
    });

    it('moves a route that leads elsewhere, and removes it', async ({ node }) => {
      await node.exec('ip route add 10.42.2.0/24 via 192.0.2.2 dev wire0');
      await node.act('apply', parameters([peerOperations[2]]));
      expect(await node.exec('ip route show 10.42.2.0/24')).toBe('10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink \n');
      await node.act('apply', parameters(['route del 10.42.2.0/24 dev flannel.1']));
      expect(await node.exec('ip route show 10.42.2.0/24')).toBe('');
    });

    it('brings a link up before it fills its tables', async ({ node }) => {
      await node.exec('ip link set flannel.1 down');
      const { report } = await node.act('apply', parameters([...peerOperations, 'link up flannel.1']));
      expect(report).toMatchObject({ status: 'applied', failed: [] });
      await node.exec('ping -n -c 1 -W 2 10.42.2.0');
    });

    it('gives a device its address, of both families and in any spelling', async ({ node }) => {
      await node.exec('ip addr del 10.42.1.0/32 dev flannel.1');
      const lines = [
        'addr replace 10.42.1.0/32 dev flannel.1',
        'addr replace fd00:0:0:1::1/64 dev flannel.1',
        'neigh replace fd00:0:0:1::2 lladdr 02:00:00:00:00:02 dev flannel.1',
        'route replace fd00:0:2::/64 via fd00:0:0:1::2 dev flannel.1 onlink',
      ];
      expect((await node.act('apply', parameters(lines))).report).toMatchObject({ status: 'applied', failed: [] });
      expect((await node.act('apply', parameters(lines))).report).toMatchObject({
        status: 'unchanged',
        unchangedCount: 4,
      });
    });
  });

  it('tells in check mode what would change, and changes and remembers nothing', async ({ node }) => {
    const before = await node.tables();
    const given = parameters(peerOperations, { check: 'true' });
    const { report } = await node.act('apply', given);
    expect(report).toMatchObject({ status: 'applied', checkOnly: true, changed: peerOperations });
    expect(await node.tables()).toBe(before);
    expect((await node.act('read-journal', given)).report.status).toBe('absent');
  });

  it('tells by line what failed, and does the rest', async ({ node }) => {
    const bad = 'neigh replace 10.42.3.0 lladdr 02:00:00:00:00:03 dev flannel.9';
    const { code, report } = await node.act('apply', parameters([bad, ...peerOperations]));
    expect(report).toMatchObject({ status: 'failed', changed: peerOperations });
    expect(report.failed).toEqual([{ line: bad, error: expect.stringContaining('Cannot find device') }]);
    expect(code).toBe(1);
  });

  it('does not believe a tool that fails without a word', async ({ node }) => {
    const { report } = await node.act('apply', parameters(peerOperations), {
      programs: { bridge: 'case "$*" in *-batch*) exit 0 ;; esac; exec /usr/sbin/bridge "$@"' },
    });
    expect(report.status).toBe('failed');
    expect(report.failed).toEqual([{ line: peerOperations[1], error: 'is not so afterwards' }]);
  });

  describe('the journal', () => {
    it('answers a key that it knows from memory and does nothing', async ({ node }) => {
      const given = parameters(peerOperations);
      await node.act('apply', given);
      await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
      const { report } = await node.act('apply', given);
      expect(report).toMatchObject({ status: 'applied', replayed: true, changed: peerOperations });
      expect(await node.exec('ip route show 10.42.2.0/24')).toBe('');
      expect((await node.act('read-journal', given)).report).toEqual(report);
    });

    it('answers a failed key with failure again', async ({ node }) => {
      const given = parameters(['link up flannel.9']);
      await node.act('apply', given);
      const { code, report } = await node.act('apply', given);
      expect(report).toMatchObject({ status: 'failed', replayed: true });
      expect(code).toBe(1);
    });

    it('does not know a key that never ran', async ({ node }) => {
      expect((await node.act('read-journal', { operationKey: 'inc-9.bounce.1' })).report.status).toBe('absent');
    });

    it('keeps the newest 200 results and forgets the rest', async ({ node }) => {
      await node.act('apply', parameters(peerOperations));
      const folder = join(node.root, 'var/lib/restitch/journal');
      await Promise.all(Array.from({ length: 250 }, (_, n) => writeFile(join(folder, `old-${n}.json`), '{}')));
      const given = parameters(peerOperations);
      await node.act('apply', given);
      const kept = await readdir(folder);
      expect(kept).toHaveLength(200);
      expect(kept).toContain(`${given.operationKey}.json`);
    });
  });

  describe('killed in the middle', () => {
    const interrupted = async (node: NamespaceNode) => {
      const given = parameters(peerOperations);
      const result = await node.run('apply', given, {
        programs: { bridge: `case "$*" in *-batch*) ${killsItsScript(node.root)} ;; esac; exec /usr/sbin/bridge "$@"` },
      });
      expect(result.code).toBeNull();
      return given;
    };

    it('is known as interrupted', async ({ node }) => {
      const given = await interrupted(node);
      expect((await node.act('read-journal', given)).report.status).toBe('interrupted');
    });

    it('can be run again with its own key', async ({ node }) => {
      const given = await interrupted(node);
      expect((await node.act('apply', given)).report).toMatchObject({ status: 'applied', replayed: false });
      expect((await node.act('read-journal', given)).report.status).toBe('applied');
    });

    it('does not keep the next key from working', async ({ node }) => {
      await interrupted(node);
      expect((await node.act('apply', parameters(peerOperations))).report.status).toBe('applied');
      await node.exec('ping -n -c 1 -W 2 10.42.2.0');
    });

    it('leaves a working folder and a lock, which the next run clears away', async ({ node }) => {
      await interrupted(node);
      const folder = join(node.root, 'run/restitch');
      expect((await readdir(folder)).map((name) => name.replace(/\..*/, '')).toSorted()).toEqual([
        'armed',
        'lock',
        'work',
      ]);
      await node.act('apply', parameters(peerOperations));
      expect(await readdir(folder)).toEqual(['armed']);
    });
  });

  describe('two at the same time', () => {
    it('run one after the other, and the same key runs once', async ({ node }) => {
      const given = parameters(peerOperations);
      const others = parameters(peerOperations);
      const results = await Promise.all([
        node.act('apply', given),
        node.act('apply', given),
        node.act('apply', others),
      ]);
      const statuses = results.map(({ report }) => report.status);
      expect(results.filter(({ report }) => report.replayed)).toHaveLength(1);
      expect(statuses.every((status) => status === 'applied' || status === 'unchanged')).toBe(true);
    });

    it('leave no lock and no temporary file behind', async ({ node }) => {
      await Promise.all([node.act('apply', parameters(peerOperations)), node.act('apply', parameters(peerOperations))]);
      expect(await readdir(join(node.root, 'run/restitch'))).toEqual(['armed']);
    });

    it('wait for a living owner of the lock', async ({ node }) => {
      const slow = node.act('apply', parameters(peerOperations), {
        programs: { bridge: 'case "$*" in *-batch*) sleep 2 ;; esac; exec /usr/sbin/bridge "$@"' },
      });
      await waitForEntry(join(node.root, 'run/restitch/lock'));
      const { report } = await node.act('apply', parameters(peerOperations));
      expect(report.status).toBe('unchanged');
      expect((await slow).report.status).toBe('applied');
    });
  });

  it('bounds its report when thousands of lines change, and says by how many', async ({ node }) => {
    const lines = Array.from(
      { length: 1000 },
      (_, n) => `neigh replace 10.${100 + Math.floor(n / 250)}.${n % 250}.0 lladdr 02:00:00:00:00:02 dev flannel.1`,
    );
    const result = await node.run('apply', parameters(lines));
    expect(result.stdout.length).toBeLessThan(24_000);
    const { report } = await node.act('apply', parameters(lines));
    expect(report.unchangedCount).toBe(1000);
    expect(JSON.parse(result.stdout)).toMatchObject({
      status: 'applied',
      failed: [],
      reason: expect.stringMatching(/^\d+ more changed lines are not listed$/),
    });
  });

  it('has its state where RESTITCH_ROOT says', async ({ node }) => {
    await node.act('apply', parameters(peerOperations));
    await access(join(node.root, 'var/lib/restitch/journal'));
    expect((await readFile(join(node.root, 'var/lib/restitch/fence'), 'utf8')).trim()).toBe('5');
  });
});

async function waitForEntry(folder: string): Promise<void> {
  while ((await readdir(folder).catch(() => [])).length === 0) await sleep(20);
}
