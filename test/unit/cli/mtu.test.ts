import { describe, expect, it } from 'vitest';
import { runCli } from '../../../cli/run-cli.ts';

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['mtu', ...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    environment: {},
  });
  return { code, out, err };
}

/** The lines from the table's heading to the next empty line. */
function tableOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith('layer'));
  return lines.slice(start, lines.indexOf('', start));
}

describe('the table of a path', () => {
  it('shows every layer with its arithmetic', async () => {
    const { code, out, err } = await run('--path', '1500', '--underlay', 'ipv6');
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual([
      'layer               bytes  arithmetic',
      'path                 1500  the largest IP packet on the way between the two nodes',
      'WireGuard, wg0       1420  1500 − 80 (IPv6 40 + UDP 8 + WireGuard 32)',
      'flannel, flannel.1   1370  1420 − 50 (IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14)',
      'pod eth0             1370  veth and bridge add nothing',
      'TCP MSS, IPv4 pods   1330  1370 − 40 (IPv4 20 + TCP 20)',
      'TCP MSS, IPv6 pods   1310  1370 − 60 (IPv6 40 + TCP 20)',
      '',
      'Padding: WireGuard pads to a multiple of 16, never beyond the MTU of wg0: 1420 + 80 = 1500 is exact.',
      'As long as wg0 is larger than 1420, what enters it must stay within 1408 (88 × 16):',
      'a route through it at most 1408, flannel.1 at most 1358, an MSS clamp for IPv4 pods at most 1318.',
      '',
      'Set now; flannel leaves the MTU of a device that exists as it is:',
      '  ip link set dev wg0 mtu 1420',
      '  ip link set dev flannel.1 mtu 1370',
      'Keep:',
      '  wg0.conf, [Interface]      MTU = 1420',
      '  flannel net-conf           "Backend": { "Type": "vxlan", "MTU": 1420 }',
      '                             the external MTU: flannel takes off 50 itself, 1420 − 50 = 1370',
      '  pods                       take theirs from flannel when they are created',
    ]);
  });

  it('is that of 1500 bytes over IPv4 when nothing is given', async () => {
    expect((await run()).out).toEqual((await run('--path', '1500', '--underlay', 'ipv4')).out);
    expect(tableOf((await run()).out)[2]).toBe('WireGuard, wg0       1440  1500 − 60 (IPv4 20 + UDP 8 + WireGuard 32)');
  });

  it("sets flannel's external MTU 20 lower between IPv6 VTEPs", async () => {
    const { out } = await run('--vtep', 'ipv6');
    expect(tableOf(out)).toContain(
      'flannel, flannel-v6.1   1370  1440 − 70 (IPv6 40 + UDP 8 + VXLAN 8 + inner Ethernet 14)',
    );
    expect(out).toContain('  flannel net-conf           "Backend": { "Type": "vxlan", "MTU": 1420 }');
  });

  it('has one tunnel device and no wg0.conf with native WireGuard', async () => {
    const { out } = await run('--backend', 'wireguard-native');
    expect(tableOf(out).map((line) => line.split(/ {2,}/)[0])).toEqual([
      'layer',
      'path',
      'flannel, flannel-wg',
      'pod eth0',
      'TCP MSS, IPv4 pods',
      'TCP MSS, IPv6 pods',
    ]);
    expect(out).toContain('  flannel net-conf           "Backend": { "Type": "wireguard", "MTU": 1520 }');
    expect(out.join('\n')).not.toContain('wg0');
  });

  it('says where IPv6 is impossible, at 1280 and just below', async () => {
    const note = 'IPv6 needs 1280: with 1279, flannel.1 has no IPv6, so there can be no IPv6 pods.';
    expect((await run('--path', '1390')).out.join('\n')).not.toContain('IPv6 needs');
    expect((await run('--path', '1389')).out).toContain(note);
    expect((await run('--path', '1339', '--vtep', 'ipv6')).out).toContain(
      'IPv6 needs 1280: with 1279, wg0 has no IPv6, so there can be no IPv6 VTEPs.',
    );
  });
});

describe('with what is set now', () => {
  it('adds what is set, a verdict per device and a sentence each', async () => {
    const { code, out } = await run('--path', '1400', '--wg-mtu', '1420', '--flannel-mtu', '1290');
    expect(code).toBe(0);
    expect(tableOf(out).slice(0, 5)).toEqual([
      'layer               bytes  actual  verdict       arithmetic',
      'path                 1400                        the largest IP packet on the way between the two nodes',
      'WireGuard, wg0       1340    1420  80 too large  1400 − 60 (IPv4 20 + UDP 8 + WireGuard 32)',
      'flannel, flannel.1   1290    1290  12 too large  1340 − 50 (IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14)',
      'pod eth0             1290                        veth and bridge add nothing',
    ]);
    expect(out).toContain(
      'flannel.1 at 1290 is 12 too large while wg0 is at 1420: 1290 + 50 = 1340 in wg0, padded to 1344, ' +
        'is 1404 bytes on the wire, 4 more than the path carries.',
    );
  });

  it('tells what fits from what is smaller than needed', async () => {
    const { out } = await run('--wg-mtu', '1440', '--pod-mtu', '1370');
    expect(tableOf(out).filter((line) => /fits|smaller/.test(line))).toEqual([
      'WireGuard, wg0       1440    1440  fits                    1500 − 60 (IPv4 20 + UDP 8 + WireGuard 32)',
      'pod eth0             1390    1370  20 smaller than needed  veth and bridge add nothing',
    ]);
  });
});

describe('with a probed size', () => {
  it('shows the range of the path and counts with its lower end', async () => {
    const { out } = await run('--probed', '1328');
    expect(out.slice(0, 3)).toEqual([
      '1328 bytes passed inside the tunnel as 1328 + 60 = 1388 on the wire.',
      'The probe ended there, so the next size, 1344 + 60 = 1404, did not pass: the path carries 1388 to 1403.',
      'Padding hides the exact size. The values below use 1388, which is safe.',
    ]);
    expect(out).toContain('  ip link set dev wg0 mtu 1328');
  });

  it('has no upper end when it is the MTU of the device', async () => {
    const { out } = await run('--probed', '1420', '--wg-mtu', '1420');
    expect(out[1]).toBe('The device at 1420 takes no larger packet: the path carries 1480 or more.');
  });

  it('shows the padding of the probe when the device is known', async () => {
    const { out } = await run('--probed', '1330', '--flannel-mtu', '1420', '--backend', 'wireguard-native');
    expect(out[0]).toBe('1330 bytes passed inside the tunnel, padded to 1344, as 1344 + 60 = 1404 on the wire.');
  });
});

describe('with --json', () => {
  it('prints one object with the stack, the judgements and the settings', async () => {
    const { out } = await run('--json', '--probed', '1328', '--wg-mtu', '1420');
    expect(out).toHaveLength(1);
    const answer = JSON.parse(out[0] ?? '');
    expect(answer).toMatchObject({
      path: { pathMtuBytes: 1388, underlay: 'ipv4', overlay: 'vxlan', vtep: 'ipv4' },
      probe: { innerBytes: 1328, deviceMtuBytes: 1420, lowestBytes: 1388, highestBytes: 1403 },
      largestSafeInnerBytes: 1328,
      judgements: [{ device: 'wireguard', expectedBytes: 1328, verdict: 'too-large', offByBytes: 92, exceeds: 'path' }],
      settings: {
        wireGuardConf: 1328,
        netConfBackend: { Type: 'vxlan', MTU: 1328 },
        commands: ['ip link set dev wg0 mtu 1328', 'ip link set dev flannel.1 mtu 1278'],
      },
    });
    expect(answer.stack.map(({ name, bytes }: { name: string; bytes: number }) => [name, bytes])).toEqual([
      ['path', 1388],
      ['wireguard', 1328],
      ['flannel', 1278],
      ['pod', 1278],
      ['tcp-mss-ipv4', 1238],
      ['tcp-mss-ipv6', 1218],
    ]);
  });
});

describe('with --help', () => {
  it('prints the options', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--probed <N>');
  });

  it('is named in the help of the program', async () => {
    const out: string[] = [];
    await runCli(['--help'], { out: (line) => out.push(line), err: () => {}, environment: {} });
    expect(out.join('\n')).toMatch(/^ {2}mtu /m);
  });
});

describe('the edges of what is legal', () => {
  it.each([
    ['--path', '576'],
    ['--path', '65535'],
    ['--path', '1280', '--underlay', 'ipv6'],
    ['--path', '576', '--vtep', 'ipv6'],
    ['--probed', '516'],
    ['--probed', '65475'],
    ['--probed', '1200', '--underlay', 'ipv6'],
    ['--wg-mtu', '68', '--flannel-mtu', '65535', '--pod-mtu', '68'],
  ])('%s %s is answered', async (...args) => {
    expect(await run(...args)).toMatchObject({ code: 0, err: [] });
  });

  it.each([
    [['--path', '575'], '--path 575: legal are 576 to 65535 bytes'],
    [['--path', '65536'], '--path 65536: legal are 576 to 65535 bytes'],
    [['--path', '1500.5'], '--path 1500.5: legal are 576 to 65535 bytes'],
    [['--path', '1e3'], '--path 1e3: legal are 576 to 65535 bytes'],
    [['--path='], '--path : legal are 576 to 65535 bytes'],
    [['--path', '1279', '--underlay', 'ipv6'], '--path 1279: legal are 1280 to 65535 bytes on an IPv6 underlay'],
    [['--underlay', 'ipx'], '--underlay ipx: legal are ipv4 and ipv6'],
    [['--backend', 'udp'], '--backend udp: legal are vxlan, wireguard-native, and host-gw'],
    [['--vtep', '6'], '--vtep 6: legal are ipv4 and ipv6'],
    [['--wg-mtu', '67'], '--wg-mtu 67: legal are 68 to 65535 bytes'],
    [['--pod-mtu', 'big'], '--pod-mtu big: legal are 68 to 65535 bytes'],
    [['--probed', '515'], '--probed 515: legal are 516 to 65475 bytes'],
    [['--probed', '65476'], '--probed 65476: legal are 516 to 65475 bytes'],
    [['--probed', '1199', '--underlay', 'ipv6'], '--probed 1199: legal are 1200 to 65455 bytes on an IPv6 underlay'],
    [['--probed', '1421', '--wg-mtu', '1420'], '--probed 1421 cannot pass a device with an MTU of 1420'],
    [['--probed', '1400', '--path', '1500'], '--probed tells the path: give it or --path, not both'],
    [['--backend', 'wireguard-native', '--vtep', 'ipv4'], '--vtep is about VXLAN, which wireguard-native does not use'],
    [
      ['--backend', 'wireguard-native', '--wg-mtu', '1420'],
      '--wg-mtu: wireguard-native has one device, flannel-wg; give its MTU as --flannel-mtu',
    ],
  ])('%j is refused, and says what is wrong', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err).toEqual([`restitch: ${message}`, 'See restitch --help.']);
  });

  it.each([[['--mtu', '1500']], [['1500']], [['--path']]])('%j is no option', async (args) => {
    expect(await run(...args)).toMatchObject({ code: 2, out: [] });
  });
});
