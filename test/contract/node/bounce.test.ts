import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { isSameProcess } from '../../../lab/process-identity.ts';
import { endTimers, timerIn } from './armed-repair.ts';
import { killsItsScript, type NamespaceNode, peerOperations } from './namespace-pair.ts';
import { onPair } from './on-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const it = onPair.extend('node', async ({ pair: { node }, onTestFinished }) => {
  onTestFinished(() => endTimers(node));
  await node.execAll([
    'ip neigh replace 10.42.2.0 lladdr 02:00:00:00:00:02 dev flannel.1 nud permanent',
    'bridge fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self permanent',
    'ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink mtu 1300',
    'ip route replace 10.42.3.0/24 via 10.42.2.0 dev flannel.1 onlink metric 50 table 77',
    'ip -6 addr add fd00:1::1/64 dev flannel.1 nodad',
    'ip -6 route add fd00:2::/64 via fd00:1::2 dev flannel.1 onlink',
  ]);
  return node;
});

// They wait for timers and packets, so they wait together.
describe.skipIf(obstacles.length > 0)(`bounce and its rollback on a real kernel${why}`, { concurrent: true }, () => {
  let keys = 0;

  const parameters = (others: Readonly<Record<string, string>> = {}) => {
    keys += 1;
    return {
      operationKey: `inc-1.bounce.${keys}`,
      fencingToken: '5',
      device: 'flannel.1',
      operations: '',
      confirmWithinSeconds: '60',
      ...others,
    };
  };
  const keyOf = ({ operationKey }: { readonly operationKey: string }) => ({ operationKey });

  /** Kills the script between the link's way down and everything after. */
  const interrupted = async (node: NamespaceNode, others: Readonly<Record<string, string>> = {}) => {
    const given = parameters(others);
    const result = await node.run('bounce', given, {
      programs: {
        ip: `case "$*" in "link set dev flannel.1 up") ${killsItsScript(node.root)} ;; esac; exec /usr/sbin/ip "$@"`,
      },
    });
    expect(result.code).toBeNull();
    return given;
  };

  async function until(done: () => Promise<boolean>): Promise<void> {
    while (!(await done())) await sleep(100);
  }

  it('puts back every route, neighbour, address and attribute that the link lost', async ({ node }) => {
    const before = await node.tables();
    const { code, report } = await node.act('bounce', parameters());
    expect(report).toMatchObject({ status: 'applied', failed: [], rollbackAt: expect.any(Number) });
    expect(code).toBe(0);
    expect(await node.tables()).toBe(before);
    await node.exec('ping -n -c 1 -W 2 10.42.2.0');
  });

  it('really takes the link down and up', async ({ node }) => {
    const given = parameters();
    await node.run('bounce', given, {
      programs: {
        ip: `case "$*" in "link set dev flannel.1 "*) echo "$*" >>${node.root}/calls ;; esac; exec /usr/sbin/ip "$@"`,
      },
    });
    expect(await readFile(join(node.root, 'calls'), 'utf8')).toBe(
      'link set dev flannel.1 down\nlink set dev flannel.1 up\n',
    );
  });

  it('rolls back by itself when nobody confirms, and says so', async ({ node }) => {
    const wrong = 'fdb replace 02:00:00:00:00:02 dst 192.0.2.99 dev flannel.1';
    const extra = 'route replace 10.42.9.0/24 via 10.42.2.0 dev flannel.1 onlink';
    const before = await node.tables();
    const given = parameters({ operations: `${wrong},${extra}`, confirmWithinSeconds: '2' });
    await node.act('bounce', given);
    await until(async () => (await node.act('read-journal', keyOf(given))).report.status === 'rolled-back');
    expect(await node.tables()).toBe(before);
    const { code, report } = await node.act('confirm', keyOf(given));
    expect(report.status).toBe('rolled-back');
    expect(code).toBe(1);
    const journal = await node.act('read-journal', keyOf(given));
    expect(journal.report).toMatchObject({
      action: 'bounce',
      status: 'rolled-back',
      replayed: true,
      rollbackAt: null,
    });
  });

  it('leaves the snapshot in place when the rollback fires while it is still at work', async ({ node }) => {
    const before = await node.tables();
    const wrong = 'fdb replace 02:00:00:00:00:02 dst 192.0.2.99 dev flannel.1';
    const given = parameters({ operations: wrong, confirmWithinSeconds: '1' });
    const { code, report } = await node.act('bounce', given, {
      programs: {
        ip: `case "$*" in "link set dev flannel.1 up") mkdir ${node.root}/slow && sleep 2 ;; esac 2>/dev/null; exec /usr/sbin/ip "$@"`,
      },
    });
    expect(report).toMatchObject({ status: 'rolled-back', rollbackAt: null });
    expect(code).toBe(1);
    expect(await node.tables()).toBe(before);
  });

  it('puts the expected entries in the place of wrong ones', async ({ node }) => {
    await node.exec('bridge fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.99 self permanent');
    await node.exec('ip neigh replace 10.42.2.0 lladdr 02:00:00:00:00:99 dev flannel.1 nud permanent');
    const { report } = await node.act('bounce', parameters({ operations: peerOperations.join(',') }));
    expect(report).toMatchObject({ status: 'applied', failed: [] });
    expect(report.changed).toEqual([peerOperations[0], peerOperations[1]]);
    expect(report.unchangedCount).toBe(1);
    await node.exec('ping -n -c 1 -W 2 10.42.2.0');
    expect(await node.exec('ip route show table 77')).toContain('10.42.3.0/24');
  });

  it('does not act twice for one key', async ({ node }) => {
    const given = parameters();
    await node.act('bounce', given);
    const { report } = await node.act('bounce', given, {
      programs: { ip: 'case "$*" in "link set "*) exit 99 ;; esac; exec /usr/sbin/ip "$@"' },
    });
    expect(report).toMatchObject({ status: 'applied', replayed: true });
  });

  it.for([
    ['a device that carries the node itself', { device: 'wire0' }],
    ['a bridge', { device: 'wg0' }],
    ['a device that is not there', { device: 'flannel.9' }],
    ['a device that is a path', { device: '../../x' }],
    ['a line outside the grammar', { operations: 'link set flannel.1 down' }],
    ['no time to confirm', { confirmWithinSeconds: '0' }],
    ['a time that the shell would read as octal', { confirmWithinSeconds: '09' }],
  ] as const)('refuses %s, and touches nothing', async ([_what, others], { node }) => {
    const before = await node.tables();
    const given = parameters(others);
    const { code, report } = await node.act('bounce', given);
    expect(report.status).toBe('refused');
    expect(code).toBe(3);
    expect(await node.tables()).toBe(before);
    expect((await node.act('read-journal', keyOf(given))).report.status).toBe('absent');
  });

  it('refuses when the rollback cannot be armed, before the link is touched', async ({ node }) => {
    const given = parameters();
    const { report } = await node.act('bounce', given, {
      programs: {
        setsid: 'exit 1',
        ip: 'case "$*" in "link set "*) exit 99 ;; esac; exec /usr/sbin/ip "$@"',
      },
    });
    expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('could not be armed') });
    expect((await node.act('read-journal', keyOf(given))).report.status).toBe('absent');
  });

  describe('confirmed', () => {
    it('stays, and its timer is gone', async ({ node }) => {
      const given = parameters();
      await node.act('bounce', given);
      const timer = await timerIn(node, given.operationKey);
      expect(isSameProcess(timer)).toBe(true);
      const { code, report } = await node.act('confirm', keyOf(given));
      expect(report.status).toBe('confirmed');
      expect(code).toBe(0);
      await until(async () => !isSameProcess(timer));
      expect((await node.act('confirm', keyOf(given))).report.status).toBe('confirmed');
      expect((await node.act('read-journal', keyOf(given))).report).toMatchObject({
        status: 'applied',
        rollbackAt: null,
      });
    });

    it('is not rolled back any more', async ({ node }) => {
      const given = parameters();
      await node.act('bounce', given);
      await node.act('confirm', keyOf(given));
      await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
      const { code, report } = await node.act('rollback', keyOf(given));
      expect(report.status).toBe('confirmed');
      expect(code).toBe(1);
      expect(await node.exec('ip route show 10.42.2.0/24')).toBe('');
    });
  });

  it('is rolled back at once on demand, once', async ({ node }) => {
    const before = await node.tables();
    const given = parameters();
    await node.act('bounce', given);
    const timer = await timerIn(node, given.operationKey);
    await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    expect((await node.act('rollback', keyOf(given))).report.status).toBe('rolled-back');
    expect(await node.tables()).toBe(before);
    await until(async () => !isSameProcess(timer));
    await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    expect((await node.act('rollback', keyOf(given))).report.status).toBe('rolled-back');
    expect(await node.exec('ip route show 10.42.2.0/24')).toBe('');
  });

  it.for(['confirm', 'rollback'] as const)(
    '%s of an unknown bounce finds nothing armed',
    async (document, { node }) => {
      expect((await node.act(document, { operationKey: 'inc-9.bounce.1' })).report.status).toBe('not-armed');
    },
  );

  it('rolls back a bounce whose expected entries do not take', async ({ node }) => {
    const before = await node.tables();
    const bad = 'neigh replace 10.42.7.0 lladdr 02:00:00:00:00:07 dev flannel.9';
    const { report } = await node.act('bounce', parameters({ operations: bad }));
    expect(report).toMatchObject({ status: 'failed', rollbackAt: null });
    expect(report.failed.map(({ line }) => line)).toEqual([bad]);
    expect(await node.tables()).toBe(before);
  });

  describe('while a bounce waits for its confirmation', () => {
    it('nothing else is done to the node', async ({ node }) => {
      await node.act('bounce', parameters());
      const apply = {
        ...parameters(),
        operations: 'route del 10.42.2.0/24 dev flannel.1',
        check: 'false',
        confirmWithinSeconds: '0',
      };
      const { report } = await node.act('apply', apply);
      expect(report).toMatchObject({
        status: 'refused',
        reason: expect.stringContaining('waits for its confirmation'),
      });
      expect((await node.act('bounce', parameters())).report.status).toBe('refused');
      expect(await node.exec('ip route show 10.42.2.0/24')).toContain('10.42.2.0/24');
    });

    it('a confirmation lets the next one in', async ({ node }) => {
      const given = parameters();
      await node.act('bounce', given);
      await node.act('confirm', keyOf(given));
      expect((await node.act('bounce', parameters())).report.status).toBe('applied');
    });
  });

  describe('killed while the link is down', () => {
    it('is put back by its own timer', async ({ node }) => {
      const before = await node.tables();
      const given = await interrupted(node, { confirmWithinSeconds: '1' });
      await until(async () => (await node.act('read-journal', keyOf(given))).report.status === 'rolled-back');
      expect(await node.tables()).toBe(before);
    });

    it('is interrupted for the journal', async ({ node }) => {
      const given = await interrupted(node);
      expect((await node.act('read-journal', keyOf(given))).report.status).toBe('interrupted');
    });

    it('is put back before the next document acts', async ({ node }) => {
      const before = await node.tables();
      const given = await interrupted(node);
      const { report } = await node.act('apply', {
        ...parameters(),
        operations: peerOperations[0],
        check: 'false',
        confirmWithinSeconds: '0',
      });
      expect(report.status).toBe('unchanged');
      expect(await node.tables()).toBe(before);
      expect((await node.act('read-journal', keyOf(given))).report.status).toBe('rolled-back');
      await until(async () => !isSameProcess(await timerIn(node, given.operationKey)));
    });

    it('is put back, and not bounced again, when its own key comes again', async ({ node }) => {
      const before = await node.tables();
      const given = await interrupted(node);
      const { report } = await node.act('bounce', given);
      expect(report).toMatchObject({ status: 'rolled-back', replayed: false });
      expect(await node.tables()).toBe(before);
    });

    it('cannot be confirmed', async ({ node }) => {
      const before = await node.tables();
      const given = await interrupted(node);
      expect((await node.act('confirm', keyOf(given))).report.status).toBe('rolled-back');
      expect(await node.tables()).toBe(before);
    });

    it('is forgotten by a reboot, together with the device', async ({ node }) => {
      const given = await interrupted(node);
      await endTimers(node);
      await rm(join(node.root, 'run'), { recursive: true });
      expect((await node.act('read-journal', keyOf(given))).report.status).toBe('interrupted');
      expect((await node.act('confirm', keyOf(given))).report.status).toBe('not-armed');
    });
  });
});
