import { describe, expect, it } from 'vitest';
import { measuredBy, readingOf, sees } from '../../../core/evidence/evidence.ts';
import { ipv6Tables, ipv6View } from '../../../core/evidence/ipv6-view.ts';
import { measuredPaths } from '../../../core/evidence/paths.ts';
import { healthyEvidence, healthyHost } from '../../fakes/healthy-evidence.ts';
import { dualStackEvidence } from '../../fixtures/evidence.ts';

describe('evidence as IPv6 alone has it', () => {
  const evidence = dualStackEvidence();
  const view = ipv6View(evidence);

  it('has the tables and the device of IPv6 in the places of IPv4’s', () => {
    const node = measuredBy(readingOf(view, 'node'));
    expect(view.flannelDevice).toBe('flannel-v6.1');
    expect(node?.fdb.length).toBe(3);
    for (const [destination] of node?.routes ?? []) expect(destination).toMatch(/:|^default$/);
    expect(node?.ways).toBeUndefined();
  });

  it('has the probes of IPv6 by their plain kinds, and no other', () => {
    expect(new Set(measuredPaths(view).map(({ kind }) => kind))).toEqual(
      new Set(['underlay', 'vtep', 'full', 'pod', 'workload', 'mtu']),
    );
    expect(measuredPaths(ipv6View(healthyEvidence()))).toEqual([]);
  });

  it('has not measured an overlay whose underlay answers nothing', () => {
    const lost = (wanted: RegExp) =>
      ipv6View({
        ...evidence,
        readings: evidence.readings.map((reading) => ({
          ...reading,
          runs: reading.runs.map((run) => ({
            ...run,
            probes: run.probes.map((probe) => (wanted.test(probe.name) ? { ...probe, received: 0 } : probe)),
          })),
        })),
      });
    const toHub = (view: ReturnType<typeof lost>) =>
      measuredPaths(view).flatMap(({ kind, from, to, passed }) =>
        from === 'gpu-1' && to === 'hub-1' && ['underlay', 'vtep', 'full'].includes(kind) ? [`${kind} ${passed}`] : [],
      );
    expect(toHub(lost(/6-hub-1$/))).toEqual(['underlay false']);
    // Nor one whose underlay answers in the other direction alone.
    expect(toHub(lost(/^(underlay6-gpu-1|vtep6-hub-1|full6-hub-1)$/))).toEqual(['underlay true']);
    expect(toHub(lost(/^(vtep|full)6-hub-1$/))).toEqual(['underlay true', 'vtep false', 'full false']);
    // An answer proves the way whatever the underlay says.
    expect(toHub(lost(/^underlay6-hub-1$/))).toContain('vtep true');
  });
});

describe('what a host has seen of IPv6', () => {
  it('is nothing where it was not asked', () => {
    const tables = ipv6Tables(healthyHost('gpu-1'));
    for (const table of ['links', 'neighbours', 'fdb', 'routes', 'flannel-wireguard'])
      expect(sees(tables, table)).toBe(false);
    expect([tables.neighbours, tables.fdb, tables.routes]).toEqual([[], [], []]);
  });

  it('is its own gaps, and none of IPv4’s tables', () => {
    const ipv6 = { neighbours: [], fdb: [], routes: [], flannelWireGuard: null };
    const unseen = ['routes', 'ipv6-fdb', 'neighbours'].map((what) => ({ what, why: 'timeout' }));
    const tables = ipv6Tables({ ...healthyHost('gpu-1'), ipv6, unseen });
    expect(tables.unseen.map(({ what }) => what)).toEqual(['fdb', 'neighbours', 'pods']);
  });
});
