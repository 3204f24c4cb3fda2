import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceOf, withHost, withProbes } from '../../fixtures/changed-evidence.ts';
import { dualStackEvidence } from '../../fixtures/evidence.ts';

const KEY = 'net.ipv6.conf.all.forwarding';

function repairOf(evidence: Evidence) {
  const { hosts, asks = [] } = planRepair(examine(evidence));
  return {
    lines: hosts.flatMap(({ host, operations }) => operations.map((each) => `${host}: ${formatOperation(each)}`)),
    asks,
  };
}

const isIpv6 = (name: string) => /^[a-z]+6-/.test(name);
const withRoutes = (change: (routes: NodeEvidence['routes']) => NodeEvidence['routes']) => (measured: NodeEvidence) =>
  measured.ipv6 === undefined
    ? measured
    : { ...measured, ipv6: { ...measured.ipv6, routes: change(measured.ipv6.routes) } };

describe.each([
  'v6-forwarding-off',
  'v6-hub-forwarding-off',
  'v6-allowed-ips-missing',
  'v6-hub-allowed-ips-missing',
  'v6-tunnel-route-missing',
  'v6-path-mtu-lowered',
  'v6-bridge-bounced',
  'v6-forward-dropped',
  'v6-native-peer-missing',
  'v6-native-route-missing',
  'v6-host-gw-route-missing',
  'v6-host-gw-allowed-ips-missing',
])('the fault %s', (name) => {
  it('is named as one of IPv6, while every IPv4 path passes', () => {
    const [first, ...because] = examine(evidenceOf(name)).diagnosis.because;
    expect(first).toBe('every IPv4 path passes');
    expect(because.filter((said) => !said.startsWith('IPv6: '))).toEqual([]);
  });
});

describe('the forwarding of IPv6', () => {
  const off = evidenceOf('v6-forwarding-off');

  it('is switched on where it is off and pods are lost, and IPv4’s switch is left alone', () => {
    expect(repairOf(off)).toEqual({ lines: [`gpu-1: sysctl ${KEY} 1`], asks: [] });
  });

  it('is not touched where nothing is lost by it', () => {
    const quiet = withHost(dualStackEvidence(), 'gpu-1', (measured) => ({
      ...measured,
      sysctls: { ...measured.sysctls, [KEY]: 0 },
    }));
    expect(examine(quiet).diagnosis.class).toBe('healthy');
    expect(repairOf(quiet).lines).toEqual([]);
  });

  it('asks where the kernel would forget a default route that a router advertised', () => {
    const advertised = withHost(
      off,
      'gpu-1',
      withRoutes((routes) => [['default', 'fe80::1', 'eth0', false, 0, 'ra', null, null, 1024], ...routes]),
    );
    expect(repairOf(advertised).asks).toEqual([expect.stringContaining('forgets the default route')]);
  });

  it('asks before the hub’s is switched on', () => {
    const { lines, asks } = repairOf(evidenceOf('v6-hub-forwarding-off'));
    expect(lines).toEqual([`hub-1: sysctl ${KEY} 1`]);
    expect(asks.length).toBeGreaterThan(0);
  });

  it('is not concluded from a host that does not know its switch', () => {
    const unknown = withHost(off, 'gpu-1', (measured) => {
      const { [KEY]: _switch, ...sysctls } = measured.sysctls;
      return { ...measured, sysctls };
    });
    expect(examine(unknown).diagnosis.cause).not.toBe('ip-forward-off');
    expect(repairOf(unknown).lines).toEqual([]);
  });
});

describe('IPv6 in the tunnel', () => {
  it('gets its networks back into the node’s AllowedIPs, and IPv4’s stay', () => {
    const { lines, asks } = repairOf(evidenceOf('v6-allowed-ips-missing'));
    expect(lines).toEqual([
      expect.stringMatching(/^gpu-1: wg allowed-ips wg0 peer \S+ 10\.200\.0\.0\/24 10\.0\.0\.0\/16 .*2001:db8::\/48/),
    ]);
    expect(asks).toEqual([]);
  });

  it('gets its address back into the hub’s AllowedIPs after a yes', () => {
    const { lines, asks } = repairOf(evidenceOf('v6-hub-allowed-ips-missing'));
    expect(lines).toEqual([expect.stringMatching(/^hub-1: wg allowed-ips wg0 peer \S+ .*fd00:200::b:1\/128/)]);
    expect(asks.length).toBeGreaterThan(0);
  });

  it('gets its route back, as wide as AllowedIPs say', () => {
    expect(repairOf(evidenceOf('v6-tunnel-route-missing'))).toEqual({
      lines: ['gpu-1: route set 2001:db8::/48 dev wg0'],
      asks: [],
    });
  });

  it('is healthy where the node has no IPv6 address in the tunnel and AllowedIPs none either', () => {
    const withoutAddress = withHost(evidenceOf('v6-allowed-ips-missing'), 'gpu-1', (measured) => ({
      ...measured,
      addresses: measured.addresses.filter(([device, text]) => device !== 'wg0' || !text.includes(':')),
    }));
    expect(examine(withoutAddress).diagnosis.class).toBe('healthy');
    expect(repairOf(withoutAddress).lines).toEqual([]);
  });
});

describe('an IPv6 path MTU below IPv4’s', () => {
  const small = evidenceOf('v6-path-mtu-lowered');

  it('lowers flannel’s IPv6 device, and not the tunnel that both families use', () => {
    const { lines } = repairOf(small);
    expect(lines).toContainEqual(expect.stringMatching(/^gpu-1: link mtu flannel-v6\.1 1\d\d\d$/));
    expect(lines.filter((line) => line.includes('link mtu wg0'))).toEqual([]);
  });

  it('is sure enough for that, and not to take the node out of service', () => {
    const { confidence } = examine(small).diagnosis;
    expect(confidence).toBeGreaterThanOrEqual(0.8);
    expect(confidence).toBeLessThan(0.9);
  });

  it('is handed over where no search tells the size', () => {
    const unsearched = withProbes(small, (_from, probe) => (probe.mode === 'search' ? undefined : probe));
    expect(examine(unsearched).diagnosis.class).toBe('mtu-black-hole');
    expect(examine(unsearched).diagnosis.confidence).toBeLessThan(0.8);
    expect(repairOf(unsearched).lines).toEqual([]);
  });
});

describe('pods of IPv6', () => {
  it('that are cut off from their own host are handed over', () => {
    const { diagnosis } = examine(evidenceOf('v6-bridge-bounced'));
    expect(diagnosis.because).toContainEqual(expect.stringContaining('the gateway of its pods in fd00:42:0:b::/64'));
    expect(repairOf(evidenceOf('v6-bridge-bounced')).lines).toEqual([]);
  });

  it('are no matter of concern where a CNI gives no gateway’s address and nothing is known of a silent pod', () => {
    const withoutGateway = withProbes(dualStackEvidence(), (_from, probe) =>
      isIpv6(probe.name) && /^pod6-/.test(probe.name) ? { ...probe, received: 0 } : probe,
    );
    expect(examine(withoutGateway).diagnosis.class).toBe('healthy');
  });
});

describe('the other backends of flannel', () => {
  it.each([
    [
      'v6-native-peer-missing',
      /^gpu-1: wg add flannel-wg-v6 peer \S+ endpoint \[fd00:200::c:1\]:51822 .*fd00:42:0:c::\/64$/,
    ],
    ['v6-native-route-missing', /^gpu-1: route set \S+ dev flannel-wg-v6$/],
    ['v6-host-gw-route-missing', /^gpu-1: route replace fd00:42:0:c::\/64 via fd00:200::c:1 dev wg0 onlink$/],
    ['v6-host-gw-allowed-ips-missing', /^hub-1: wg allowed-ips wg0 peer \S+ .*fd00:42:0:b::\/64$/],
  ])('mend %s in the second family alone', (name, line) => {
    const { lines } = repairOf(evidenceOf(name));
    expect(lines.length).toBeGreaterThan(0);
    for (const each of lines) expect(each).toMatch(line);
  });
});
