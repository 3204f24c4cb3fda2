import { describe, expect, it } from 'vitest';
import { describeDrift } from '../../../core/evidence/drift.ts';
import { findDrift } from '../../../core/evidence/find-drift.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planFullState, planReconcile } from '../../../core/repair/plan-entries.ts';
import { nativeHost, network, withPeers } from '../../fakes/native-evidence.ts';

describe('for flannel’s own WireGuard', () => {
  it.each<[string, (host: NodeEvidence) => NodeEvidence]>([
    ['a lost peer', (host) => withPeers(host, () => [])],
    ['a lost route', (host) => ({ ...host, routes: [] })],
    ['a device that is down', (host) => ({ ...host, links: host.links.map((link) => ({ ...link, up: false })) })],
  ])('%s is told as beyond the grammar, and nothing is planned', (_what, change) => {
    const drifts = findDrift('gpu-1', network, change(nativeHost('gpu-1')), 'flannel-wg');
    expect(drifts.length).toBeGreaterThan(0);
    expect(planReconcile(network, drifts, 'flannel-wg')).toEqual({
      device: 'flannel-wg',
      hosts: [],
      beyond: drifts.map(describeDrift),
    });
  });

  it('nothing is replayed after a bounce', () => {
    expect(planFullState(network, 'gpu-1', 'flannel-wg').hosts).toEqual([]);
  });
});
