import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { isSameProcess } from '../../../lab/process-identity.ts';
import { type ArmedNode, onArmedNode as it, keyOf, killAndAskAgain } from './armed-node.ts';
import { killPointOfEachAnswer, real } from './armed-repair.ts';
import { type NamespaceNode, peerOperations } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

// They wait for timers and programs, so they wait together.
describe.skipIf(obstacles.length > 0)(`an apply that waits for its confirmation${why}`, { concurrent: true }, () => {
  const until = async (done: () => Promise<boolean>) => {
    while (!(await done())) await sleep(100);
  };

  it('stays when it is confirmed, and lets the next one in', async ({
    armed: { made, node, parameters, timerOf, journalOf },
  }) => {
    const given = parameters();
    const { code, report } = await node.act('apply', given);
    expect(report).toMatchObject({ action: 'apply', status: 'applied', failed: [], rollbackAt: expect.any(Number) });
    expect(code).toBe(0);
    const after = await made.state();
    const timer = await timerOf(given.operationKey);
    expect(isSameProcess(timer)).toBe(true);
    expect((await node.act('confirm', keyOf(given))).report.status).toBe('confirmed');
    await until(async () => !isSameProcess(timer));
    expect(await journalOf(given)).toMatchObject({ action: 'apply', status: 'applied', rollbackAt: null });
    expect((await node.act('rollback', keyOf(given))).report.status).toBe('confirmed');
    expect(await made.state()).toBe(after);
    expect((await node.act('apply', parameters())).report.status).toBe('unchanged');
  });

  it('goes back by itself when nobody confirms, and says so', async ({
    armed: { made, node, lines, parameters, journalOf },
  }) => {
    const before = await made.state();
    const given = parameters(lines(), { confirmWithinSeconds: '2' });
    expect((await node.act('apply', given)).report.changed).toHaveLength(lines().length);
    await until(async () => (await journalOf(given)).status === 'rolled-back');
    expect(await made.state()).toBe(before);
    expect((await node.act('confirm', keyOf(given))).report.status).toBe('rolled-back');
    const { code, report } = await node.act('apply', given);
    expect(report).toMatchObject({ status: 'rolled-back', replayed: true, rollbackAt: null });
    expect(code).toBe(1);
    expect(await made.state()).toBe(before);
  });

  it('leaves the snapshot in place when the rollback fires while it is still at work', async ({
    armed: { made, node, lines, parameters },
  }) => {
    const before = await made.state();
    const slow = `case "$*" in *batch.route) mkdir ${node.root}/slow && sleep 2 ;; esac 2>/dev/null; ${real('ip')}`;
    const given = parameters(lines(), { confirmWithinSeconds: '1' });
    const { code, report } = await node.act('apply', given, { programs: { ip: slow } });
    expect(report).toMatchObject({ status: 'rolled-back', rollbackAt: null });
    expect(code).toBe(1);
    expect(await made.state()).toBe(before);
  });

  it('answers its key from memory while it waits, and lets no other change in', async ({
    armed: { node, parameters },
  }) => {
    const given = parameters();
    const { report } = await node.act('apply', given);
    expect((await node.act('apply', given)).report).toEqual({ ...report, replayed: true });
    const waits = {
      status: 'refused',
      refusal: 'busy',
      reason: expect.stringContaining(`${given.operationKey} waits for its confirm`),
    };
    expect((await node.act('apply', parameters(['link mtu flannel.1 1300']))).report).toMatchObject(waits);
    const unarmed = parameters(['link mtu flannel.1 1300'], { confirmWithinSeconds: '0' });
    expect((await node.act('apply', unarmed)).report).toMatchObject(waits);
    const bounce = { ...parameters([]), device: 'flannel.1', confirmWithinSeconds: '60' };
    expect((await node.act('bounce', bounce)).report).toMatchObject(waits);
  });

  it('is refused with an older token, and touches nothing', async ({ armed: { made, node, lines, parameters } }) => {
    await node.act('apply', parameters([peerOperations[0]], { confirmWithinSeconds: '0' }));
    const before = await made.state();
    const { report } = await node.act('apply', parameters(lines(), { fencingToken: '4' }));
    expect(report).toMatchObject({
      status: 'refused',
      refusal: 'stale-token',
      reason: expect.stringContaining('fencing token'),
    });
    expect(await made.state()).toBe(before);
  });

  it.for([
    ['the timer cannot be armed', { setsid: 'exit 1' }, 'could not be armed'],
    ['a table cannot be read', { bridge: 'echo broken >&2; exit 1' }, 'snapshot could not be taken: broken'],
    ['the peers cannot be read', { wg: `[ "$3" != dump ] || exit 1; ${real('wg')}` }, 'no such peer'],
  ] as const)('touches nothing when %s', async ([_what, programs, reason], { armed: { made, node, parameters } }) => {
    const before = await made.state();
    const given = parameters();
    const { report } = await node.act('apply', given, { programs });
    expect(report).toMatchObject({ status: expect.stringMatching(/refused|failed/), changed: [], rollbackAt: null });
    expect(`${report.reason}`).toMatch(reason === 'no such peer' ? /nothing was touched/ : reason);
    expect(await made.state()).toBe(before);
  });

  it.for(['', '00', '-1', '10000', '1s'])(
    'refuses %j as its seconds',
    async (confirmWithinSeconds, { armed: { node, lines, parameters } }) => {
      const { report } = await node.act('apply', parameters(lines(), { confirmWithinSeconds }));
      expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('confirmWithinSeconds') });
    },
  );

  it('begins nothing when a line can never become true', async ({ armed: { made, node, lines, parameters } }) => {
    const before = await made.state();
    const stranger = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';
    const hopeless = [
      [`wg keepalive ${made.tunnel} peer ${stranger} 25`, 'the device has no such peer'],
      ['link mtu wire0 1400', 'wire0 is no VXLAN or WireGuard device of this node'],
      [
        `vxlan create ${made.tunnel} id 9 dstport 8472 local 192.0.2.1 dev wire0 address 02:00:00:00:00:01 mtu 1450`,
        `${made.tunnel} is there and is no VXLAN device`,
      ],
      [
        'vxlan create flannel.1 id 9 dstport 8472 local 192.0.2.1 dev wire9 address 02:00:00:00:00:01 mtu 1450',
        'wire9 is not there',
      ],
    ] as const;
    const given = parameters([...lines().slice(0, 1), ...hopeless.map(([line]) => line)]);
    const { code, report } = await node.act('apply', given);
    expect(report).toMatchObject({ status: 'failed', changed: [], rollbackAt: null });
    expect(report.failed.toSorted((a, b) => a.line.localeCompare(b.line))).toEqual(
      hopeless.map(([line, error]) => ({ line, error })).toSorted((a, b) => a.line.localeCompare(b.line)),
    );
    expect(code).toBe(1);
    expect(await made.state()).toBe(before);
    expect((await node.act('confirm', keyOf(given))).report.status).toBe('not-armed');
  });

  it('asks a WireGuard that hangs once, and says so', async ({ armed: { made, node, parameters } }) => {
    const programs = { wg: `case "$*" in set*) sleep 60 ;; esac; ${real('wg')}` };
    const calls = [
      `wg keepalive ${made.tunnel} peer ${made.silentPeer} 25`,
      `wg keepalive ${made.tunnel} peer ${made.livelyPeer} 20`,
    ];
    const { report } = await node.act('apply', parameters(calls, { confirmWithinSeconds: '0' }), { programs });
    expect(report.failed.map(({ error }) => error)).toEqual(['wg did not answer in time', 'is not so afterwards']);
  });

  it('goes back at once, with all that was done, when a line fails', async ({
    armed: { made, node, lines, parameters },
  }) => {
    const before = await made.state();
    const given = parameters([...lines(), 'neigh replace 10.42.3.0 lladdr 02:00:00:00:00:03 dev flannel.9']);
    const { code, report } = await node.act('apply', given);
    expect(report).toMatchObject({
      status: 'failed',
      rollbackAt: null,
      reason: expect.stringContaining('the snapshot was put back'),
    });
    expect(report.failed).toHaveLength(1);
    expect(code).toBe(1);
    expect(await made.state()).toBe(before);
    expect((await node.act('apply', given)).report).toMatchObject({ status: 'failed', replayed: true });
  });

  it('needs no timer and no confirmation when everything is so', async ({ armed: { node, lines, parameters } }) => {
    await node.act('apply', parameters(lines(), { confirmWithinSeconds: '0' }));
    const given = parameters();
    const { report } = await node.act('apply', given, { programs: { setsid: 'exit 1' } });
    expect(report).toMatchObject({ status: 'unchanged', rollbackAt: null });
    expect((await node.act('confirm', keyOf(given))).report.status).toBe('confirmed');
  });

  const endpointOf = async ({ made, node }: ArmedNode, peer: string) =>
    (await node.exec(`wg show ${made.tunnel} endpoints`))
      .split('\n')
      .find((line) => line.startsWith(peer))
      ?.split('\t')[1];
  const roam = ({ made }: ArmedNode, peer: string, endpoint: string) =>
    made.setUp([`wg set ${made.tunnel} peer ${peer} endpoint ${endpoint}`]);

  it('leaves the endpoint of a peer where it moved to meanwhile, set here or not', async ({ armed }) => {
    const { made, node, parameters } = armed;
    const given = parameters([
      `wg endpoint ${made.tunnel} peer ${made.livelyPeer} 192.0.2.2:41820`,
      `wg keepalive ${made.tunnel} peer ${made.silentPeer} 25`,
    ]);
    await node.act('apply', given);
    await roam(armed, made.livelyPeer, '192.0.2.2:1111');
    await roam(armed, made.silentPeer, '192.0.2.2:2222');
    expect((await node.act('rollback', keyOf(given))).report.status).toBe('rolled-back');
    expect(await endpointOf(armed, made.livelyPeer)).toBe('192.0.2.2:1111');
    expect(await endpointOf(armed, made.silentPeer)).toBe('192.0.2.2:2222');
  });
  it('does not take away what somebody else brought meanwhile', async ({ armed: { made, node, parameters } }) => {
    const given = parameters();
    await node.act('apply', given);
    await made.setUp(['ip route add 10.55.0.0/16 dev wire0', 'nft add table inet other']);
    expect((await node.act('rollback', keyOf(given))).report).toMatchObject({ status: 'rolled-back', reason: null });
    expect(await node.exec('ip route show 10.55.0.0/16')).toContain('dev wire0');
    expect(await node.exec('nft list tables')).toBe('table inet other\n');
  });

  /** An `ip` whose listing of addresses changes while it is read: every other time, or every time. */
  const interrupted = (goesOn: string) => {
    const words = 'Dump was interrupted and may be inconsistent.';
    return {
      ip: `case "$*" in '-o addr show') if ${goesOn}; then echo '${words}' >&2; exit 0; fi ;; esac; ${real('ip')}`,
    };
  };
  const everyOther = ({ root }: NamespaceNode) =>
    `mkdir ${root}/interrupted 2>/dev/null || ! rmdir ${root}/interrupted`;

  it('reads a table again that changed while it was read, before and after', async ({
    armed: { made, node, parameters },
  }) => {
    const before = await made.state();
    const given = parameters();
    const { report } = await node.act('apply', given, { programs: interrupted(everyOther(node)) });
    expect(report).toMatchObject({ status: 'applied', failed: [] });
    expect((await node.act('rollback', keyOf(given), { programs: interrupted(everyOther(node)) })).report.status).toBe(
      'rolled-back',
    );
    expect(await made.state()).toBe(before);
  });

  it('touches nothing when a table changes at every reading', async ({ armed: { made, node, parameters } }) => {
    const before = await made.state();
    const { report } = await node.act('apply', parameters(), { programs: interrupted('true') });
    expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('Dump was interrupted') });
    expect(await made.state()).toBe(before);
  });

  it('puts back at the second try what fails at the first', async ({ armed: { made, node, parameters } }) => {
    const before = await made.state();
    const given = parameters();
    await node.act('apply', given);
    const busy = `case "$*" in *dump) mkdir ${node.root}/busy && exit 1 ;; esac 2>/dev/null; ${real('wg')}`;
    const { report } = await node.act('rollback', keyOf(given), { programs: { wg: busy } });
    expect(report).toMatchObject({ status: 'rolled-back', reason: null });
    expect(await made.state()).toBe(before);
  });

  it('tells when the snapshot cannot be put back', async ({ armed: { made, node, parameters } }) => {
    await made.setUp(['ip route add 10.66.0.0/16 via 192.0.2.2 dev wire0']);
    const given = parameters([`route set 10.66.0.0/16 dev ${made.tunnel}`]);
    await node.act('apply', given);
    await made.setUp(['ip link set wire0 down']);
    const { code, report } = await node.act('rollback', keyOf(given));
    expect(report).toMatchObject({ status: 'failed', reason: expect.stringContaining('could not be put back') });
    expect(code).toBe(1);
  });

  it('goes on with the other neighbours when the kernel refuses one', async ({ armed: { made, node, parameters } }) => {
    await made.setUp(['ip link set flannel.1 mtu 1200']);
    const bad = 'neigh replace fd00::7 lladdr 02:00:00:00:00:07 dev flannel.1';
    const given = parameters([bad, peerOperations[0]], { confirmWithinSeconds: '0' });
    const { report } = await node.act('apply', given);
    expect(report).toMatchObject({ status: 'failed', changed: [peerOperations[0]] });
    expect(report.failed).toEqual([{ line: bad, error: expect.stringContaining('IPv6 is disabled') }]);
  });

  describe('killed', () => {
    it.for(killPointOfEachAnswer)(
      '$when $program $words: its key answers $answer, and all goes back',
      async (point, { armed }) => {
        await killAndAskAgain(armed, point);
      },
    );
  });
});
