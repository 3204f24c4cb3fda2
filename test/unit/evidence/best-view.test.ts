import { describe, expect, it } from 'vitest';
import { bestView } from '../../../core/evidence/best-view.ts';
import { type FleetLabels, nodesBehind } from '../../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';

const labels: FleetLabels = {
  role: 'restitch.dev/role',
  hub: 'restitch.dev/hub',
  pool: 'restitch.dev/pool',
  site: 'restitch.dev/site',
};
const { nodes } = healthyFleet(['paris', 'oslo']);
const changed = (name: string, change: (node: NodeObject) => NodeObject) =>
  nodes.map((node) => (node.metadata.name === name ? change(node) : node));
const notReady = (node: NodeObject): NodeObject => ({
  ...node,
  status: { ...node.status, conditions: [{ type: 'Ready', status: 'False' }] },
});
const behind =
  (hub: string) =>
  (node: NodeObject): NodeObject => ({
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, 'restitch.dev/hub': hub } },
  });

const viewOf = (hub: string, inTrouble: readonly string[], fleet = nodes) => {
  const node = fleet.find(({ metadata }) => metadata.name === hub);
  return node && bestView(node, nodesBehind(fleet, hub, labels), inTrouble, labels);
};

describe('the node from which a hub is looked at', () => {
  it('is not in the hub’s own site, where nobody needs its tunnels', () => {
    expect(viewOf('hub-1', [])).toBe('gpu-1');
  });

  it('is one with an open incident before the others', () => {
    expect(viewOf('hub-1', ['gpu-2'])).toBe('gpu-2');
  });

  it('is Ready, though another one has an open incident', () => {
    expect(viewOf('hub-1', ['gpu-2'], changed('gpu-2', notReady))).toBe('gpu-1');
  });

  it('is behind this hub and no other', () => {
    expect(viewOf('hub-1', [], changed('gpu-1', behind('hub-2')))).toBe('gpu-2');
  });

  it('is nobody for a node behind which no other one is', () => {
    expect(viewOf('gpu-1', [])).toBeUndefined();
  });
});
