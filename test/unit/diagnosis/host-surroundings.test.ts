import { describe, expect, it } from 'vitest';
import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';

const DROPS = 'TcpExt.IPReversePathFilter';

const everythingPasses = () => true;
/** Nothing small or large gets from anybody to gpu-1 or back. */
const gpu1Lost = (from: string, probe: string) => from !== 'gpu-1' && !probe.endsWith('gpu-1');
const overlayOfGpu1Lost = (from: string, probe: string) => gpu1Lost(from, probe) || probe.startsWith('underlay');
const echoOfGpu1Lost = (_: string, probe: string) => probe !== 'underlay-gpu-1';

/** The node announces an address of its LAN, as every host sees it. */
function announcing(publicIp: string, evidence: Evidence): Evidence {
  return {
    ...evidence,
    nodes: evidence.nodes.map((node) => {
      const annotations = { ...node.metadata.annotations, 'flannel.alpha.coreos.com/public-ip': publicIp };
      return node.metadata.name === 'gpu-1' ? { ...node, metadata: { ...node.metadata, annotations } } : node;
    }),
  };
}

/** A counter of the node that grew by so much while it was probed. */
function droppedMeanwhile(by: number, evidence: Evidence): Evidence {
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => {
      if (reading.host !== 'gpu-1' || reading.passive.status !== 'read') return reading;
      const measured = { ...reading.passive.evidence, counters: { [DROPS]: 100 } };
      const runs = reading.runs.map((run) => ({ ...run, counters: { [DROPS]: 100 + by } }));
      return { ...reading, passive: { status: 'read', evidence: measured }, runs };
    }),
  };
}

/** Nothing passes the tunnel, and the counters of both ends stand still. */
function deadTunnel(change: (host: NodeEvidence) => NodeEvidence): Evidence {
  const evidence = evidenceWith('gpu-1', change, gpu1Lost);
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => {
      if (reading.passive.status !== 'read') return reading;
      const { wireguard } = reading.passive.evidence;
      return { ...reading, runs: reading.runs.map((run) => ({ ...run, wireguard })) };
    }),
  };
}

const withClock = (seconds: number) => (host: NodeEvidence) => ({ ...host, collectedAt: host.collectedAt + seconds });

const withoutFlannelDevice = (vxlan: 'loaded' | 'loadable' | 'missing') => (host: NodeEvidence) => ({
  ...host,
  links: host.links.filter(({ name }) => name !== 'flannel.1'),
  kernel: { release: '6.12.0', modules: { vxlan } },
});

const withoutTunnelAddress = (host: NodeEvidence) => ({
  ...host,
  addresses: host.addresses.filter(([device]) => device !== 'wg0'),
});

const filtering = (rpFilter: number) => (host: NodeEvidence) => ({
  ...host,
  sysctls: { ...host.sysctls, 'net.ipv4.conf.flannel.1.rp_filter': rpFilter },
});

const same = (host: NodeEvidence) => host;

function result(evidence: Evidence) {
  const examination: Examination = examine(evidence);
  const { cause, hostAtFault } = examination.diagnosis;
  return { cause, hostAtFault, plan: planLines(planRepair(examination)) };
}

const handsOff = (cause: string) => ({ cause, hostAtFault: 'gpu-1', plan: [] });
const healthy = { cause: 'all-paths-pass', hostAtFault: null, plan: [] };

describe('an address that answers no echo', () => {
  it('is a remark where the overlay to it passes', () => {
    const evidence = evidenceWith('none', same, echoOfGpu1Lost);
    expect(result(evidence)).toEqual(healthy);
    expect(examine(evidence).diagnosis.because.join()).toContain('10.200.0.11 of gpu-1 answers no echo');
  });
});

describe('an announced address that the tunnel does not carry', () => {
  it('is a remark where everything passes', () => {
    expect(result(announcing('192.168.1.10', evidenceWith('none', same, everythingPasses)))).toEqual(healthy);
  });

  it('is never made to work by widening AllowedIPs, where the tunnel carries another address of the node', () => {
    const evidence = announcing('192.168.1.10', evidenceWith('none', same, gpu1Lost));
    expect(result(evidence)).toEqual(handsOff('wrong-interface-announced'));
  });
});

describe('a tunnel device without an address', () => {
  it('is healthy where packets pass', () => {
    expect(result(evidenceWith('gpu-1', withoutTunnelAddress))).toEqual(healthy);
  });

  it('is the fault where they are lost and no other device has the announced address', () => {
    expect(result(evidenceWith('gpu-1', withoutTunnelAddress, gpu1Lost))).toEqual(handsOff('tunnel-address-missing'));
  });

  it('is not the fault where another device has it', () => {
    const moved = (host: NodeEvidence) => ({
      ...host,
      addresses: [...withoutTunnelAddress(host).addresses, ['lo', '10.200.0.11/32'] as [string, string]],
    });
    expect(result(evidenceWith('gpu-1', moved, gpu1Lost)).cause).not.toBe('tunnel-address-missing');
  });
});

describe('a clock that is behind', () => {
  it('is a remark where the tunnel carries packets', () => {
    expect(result(evidenceWith('gpu-1', withClock(-86_400)))).toEqual(healthy);
  });

  it('explains a tunnel that is dead in both directions', () => {
    expect(result(deadTunnel(withClock(-86_400)))).toEqual(handsOff('clock-behind'));
  });

  it.each([86_400, -30])('does not explain it when it differs by %s s', (seconds) => {
    expect(result(deadTunnel(withClock(seconds))).cause).toBe('port-blocked');
  });
});

describe('a VXLAN device that is gone', () => {
  it('is not made where the kernel has no module for it', () => {
    expect(result(evidenceWith('gpu-1', withoutFlannelDevice('missing'), overlayOfGpu1Lost))).toEqual(
      handsOff('module-missing'),
    );
  });

  it.each(['loaded', 'loadable'] as const)('is made where the module is %s', (state) => {
    const { cause, plan } = result(evidenceWith('gpu-1', withoutFlannelDevice(state), overlayOfGpu1Lost));
    expect(cause).toBe('device-missing');
    expect(plan.join('\n')).toContain('vxlan create flannel.1');
  });
});

describe('strict reverse path filtering', () => {
  const dropping = (rpFilter: number, by: number) =>
    result(droppedMeanwhile(by, evidenceWith('gpu-1', filtering(rpFilter), overlayOfGpu1Lost)));

  it('is the fault where packets are lost and its counter grew', () => {
    expect(dropping(1, 40)).toEqual(handsOff('reverse-path-filtered'));
  });

  it.each([
    ['it is loose', 2, 40],
    ['it is off', 0, 40],
    ['it dropped as little as anywhere', 1, 3],
  ])('is not where %s', (_, rpFilter, by) => {
    expect(dropping(rpFilter, by).cause).not.toBe('reverse-path-filtered');
  });

  it('is nothing where every path passes', () => {
    expect(result(droppedMeanwhile(400, evidenceWith('gpu-1', filtering(1))))).toEqual(healthy);
  });
});

describe('the source of the node’s own packets into the overlay', () => {
  const from = (source: string) => (host: NodeEvidence) => ({
    ...host,
    ways: [{ address: '10.42.0.0', device: 'flannel.1', gateway: null, source, table: null, cachedMtuBytes: 0 }],
  });

  it('is the fault where packets are lost and it is not one of the node’s pods', () => {
    expect(result(evidenceWith('gpu-1', from('192.168.1.10'), overlayOfGpu1Lost))).toEqual(
      handsOff('source-address-wrong'),
    );
  });

  it.each(['10.42.11.0', '10.42.11.1'])('may be %s, of the device or of the bridge', (source) => {
    expect(result(evidenceWith('gpu-1', from(source), overlayOfGpu1Lost)).cause).not.toBe('source-address-wrong');
  });

  it('may be anything where every path passes', () => {
    expect(result(evidenceWith('gpu-1', from('192.168.1.10')))).toEqual(healthy);
  });
});

describe('the hub’s overlay address, looked up in the table of a full tunnel', () => {
  const fullTunnel = (routes: (host: NodeEvidence) => NodeEvidence['routes']) => (host: NodeEvidence) => ({
    ...host,
    routes: routes(host),
    ways: [{ address: '10.42.0.0', device: 'wg0', gateway: null, source: null, table: '51820', cachedMtuBytes: 0 }],
  });
  const withHub = fullTunnel(({ routes }) => routes);
  const withoutHub = fullTunnel(({ routes }) => routes.filter(([destination]) => destination !== '10.42.0.0/24'));

  it('is the fault of the rule where the main table has a route that the rule passes by', () => {
    expect(result(evidenceWith('gpu-1', withHub, overlayOfGpu1Lost)).cause).toBe('policy-route');
  });

  it('is not where the main table lost that route: packets fall through to the tunnel', () => {
    expect(result(evidenceWith('gpu-1', withoutHub, overlayOfGpu1Lost)).cause).toBe('peer-pod-route-missing');
  });

  it('is nothing where every path passes', () => {
    expect(result(evidenceWith('gpu-1', withHub))).toEqual(healthy);
  });
});

describe('a route of the hub’s endpoint into the tunnel', () => {
  const looped = (host: NodeEvidence): NodeEvidence => ({
    ...host,
    routes: [...host.routes, ['198.51.100.10/32', null, 'wg0', false, 0]],
  });
  const withMark = (host: NodeEvidence): NodeEvidence => ({
    ...looped(host),
    rules: [[32765, 'not from all fwmark 0xca6c lookup 51820']],
  });

  it('is the fault where the tunnel is dead', () => {
    expect(result(deadTunnel(looped))).toEqual(handsOff('endpoint-unroutable'));
  });

  it('is not where WireGuard’s own packets carry a mark', () => {
    expect(result(deadTunnel(withMark)).cause).not.toBe('endpoint-unroutable');
  });

  it('is nothing where every path passes', () => {
    expect(result(evidenceWith('gpu-1', looped))).toEqual(healthy);
  });
});
