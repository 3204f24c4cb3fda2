import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { buildWatchdogFrom } from '../../../monitoring/watchdog/build-watchdog.ts';
import { onArmedNode as it, keyOf } from './armed-node.ts';
import { diagnoseOn } from './diagnosed-node.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const system = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What versions before 4.16 print otherwise, by their source: a tunnel of userspace is `tun` without a word of its type (4.15,
 * Ubuntu 18.04), and no device has the limits of its MTU (before 5.1) or of segmentation.
 */
const ip4_15 = {
  ip: `${system}
case "$*" in *show* | *-batch*) ;; *) exec ip "$@" ;; esac
ip "$@" | sed -E -e 's/ tun type tun pi (on|off) vnet_hdr (on|off) persist (on|off)/ tun/' \\
  -e 's/ (minmtu|maxmtu|gso_max_size|gso_max_segs|tso_max_size|tso_max_segs|gro_max_size|gso_ipv4_max_size|gro_ipv4_max_size) [0-9]+//g' \\
  -e 's/ allmulti [0-9]+//' -e 's/ nolocalbypass| localbypass//'`,
};

/** Versions 4.17 and 4.18 leave out the word before a forwarding entry's destination. */
const bridge4_18 = {
  bridge: `${system}
case "$*" in *show*) ;; *) exec bridge "$@" ;; esac
bridge "$@" | sed 's/ dst / /'`,
};

/** A program that does not know one option, as an older one, or busybox's, says it. */
const without = (program: string, option: string) => ({
  [program]: `case " $* " in *' ${option} '*) echo 'Option "${option}" is unknown, try "${program} -help".' >&2; exit 255 ;; esac
${system} exec ${program} "$@"`,
});

describe.skipIf(obstacles.length > 0)(`a node with an old iproute2${why}`, { concurrent: true }, () => {
  it.for([
    ['4.15', ip4_15],
    ['4.18', bridge4_18],
  ] as const)(
    '(%s) is repaired and rolled back, entries and peers',
    async ([, programs], { armed: { made, node, parameters } }) => {
      await made.setUp(['bridge fdb add 02:00:00:00:00:07 dev flannel.1 dst 192.0.2.7 self permanent']);
      // What needs to know a tunnel by its kind alone is refused below.
      const lines = [
        `wg listen-port ${made.tunnel} 41999`,
        `wg endpoint ${made.tunnel} peer ${made.livelyPeer} 192.0.2.2:41820`,
        `wg allowed-ips ${made.tunnel} peer ${made.silentPeer} 10.200.0.11/32 10.200.0.12/32`,
        'vxlan create flannel.1 id 1 dstport 8472 local 192.0.2.1 dev wire0 address 02:00:00:00:00:01 mtu 1450',
        'link up flannel.1',
        'fdb replace 02:00:00:00:00:02 dst 192.0.2.2 dev flannel.1',
      ];
      const before = await made.state();
      const given = parameters(lines);
      expect((await node.act('apply', given, { programs })).report).toMatchObject({
        status: 'applied',
        changed: lines,
        failed: [],
      });
      expect((await node.act('rollback', keyOf(given), { programs })).report).toMatchObject({
        status: 'rolled-back',
        reason: null,
      });
      expect(await made.state()).toBe(before);
    },
  );

  it('does not say which device is a tunnel of userspace: its link is left alone', async ({
    armed: { made, node, parameters },
  }) => {
    const before = await made.state();
    const why = `${made.tunnel} is no VXLAN or WireGuard device of this node`;
    const { report } = await node.act('apply', parameters([`link mtu ${made.tunnel} 1340`]), { programs: ip4_15 });
    expect(report).toMatchObject({
      status: 'failed',
      failed: [{ error: why }],
      reason: expect.stringContaining('nothing was touched'),
    });
    const bounce = { ...parameters([]), device: made.tunnel };
    expect((await node.act('bounce', bounce, { programs: ip4_15 })).report).toMatchObject({
      status: 'refused',
      reason: why,
    });
    expect(await made.state()).toBe(before);
  });

  it.for([
    ['4.15', ip4_15],
    ['4.18', bridge4_18],
  ] as const)('(%s) is seen as with a new one', async ([, programs], { armed: { made, node } }) => {
    await made.setUp(['bridge fdb add 02:00:00:00:00:07 dev flannel.1 dst 192.0.2.7 self permanent']);
    const parameters = { wireguardDevice: made.tunnel, ways: '10.42.2.1,192.0.2.2' };
    const [now, then] = [await diagnoseOn(node, parameters), await diagnoseOn(node, parameters, { programs })];
    expect(now.evidence.fdb).toHaveLength(1);
    for (const part of ['links', 'addresses', 'routes', 'neighbours', 'fdb', 'ways', 'unseen'] as const)
      expect(then.evidence[part], part).toEqual(now.evidence[part]);
  });

  it('(4.18) is seen by the watchdog as with a new one', async ({ armed: { made, node } }) => {
    await made.setUp([
      'ip link del flannel.2',
      'bridge fdb add 02:00:00:00:00:07 dev flannel.1 dst 192.0.2.7 self permanent',
    ]);
    const environment = { WATCHDOG_OUT: '-', WATCHDOG_STATE: `${node.root}/watchdog`, WATCHDOG_ROOT: node.root };
    const { stdout } = await node.runScript(buildWatchdogFrom(), environment, { programs: bridge4_18 });
    expect(stdout).toMatch(/^vxlan_fdb_entries_total\{.*device="flannel.1"\} 1$/m);
  });

  it.for([
    ['ip', '-d'],
    ['ip', '-o'],
    ['ip', '-batch'],
    ['bridge', 'fdb'],
  ] as const)(
    'that does not know `%s %s` leaves a gap, and nobody concludes anything',
    async ([program, option], { armed: { made, node, parameters } }) => {
      const programs = without(program, option);
      const before = await made.state();
      const { evidence } = await diagnoseOn(node, { wireguardDevice: made.tunnel }, { programs });
      const unseen = evidence.unseen.map(({ what }) => what);
      if (program === 'bridge') expect(unseen).toContain('fdb');
      else expect(unseen).toEqual(expect.arrayContaining(['links', 'addresses', 'neighbours', 'routes']));
      const { report } = await node.act('apply', parameters(), { programs });
      expect(report).toMatchObject({ status: expect.stringMatching(/refused|failed/), rollbackAt: null });
      expect(report.reason).toMatch(/is unknown|cannot be|is not there|could not be/);
      expect(await made.state()).toBe(before);
    },
  );

  it.for([
    ['addr del fd00:1::1/64 dev flannel.1', '-o addr show', 'the addresses cannot be read'],
    ['route del 10.42.7.0/24 dev flannel.1', '-4 route show', 'the routes cannot be read'],
    ['route del fd00:2::/64 dev flannel.1', '-6 route show', 'the routes cannot be read'],
  ] as const)(
    '%s: what cannot be read is not taken for gone',
    async ([line, words, error], { armed: { made, node, parameters } }) => {
      const programs = { ip: `case "$*" in '${words}'*) exit 255 ;; esac; ${system} exec ip "$@"` };
      const before = await made.state();
      const { report } = await node.act('apply', parameters([line], { confirmWithinSeconds: '0' }), { programs });
      expect(report).toMatchObject({ status: 'failed', changed: [], failed: [{ line, error }] });
      expect(await made.state()).toBe(before);
    },
  );
});
