import { expect, it } from 'vitest';
import type { Drift, DriftType } from '../../../core/overlay/drift.ts';
import { vxlanWholeHostCause } from '../../../core/overlay/vxlan/whole-host-cause.ts';

const gone = (type: DriftType, ...peers: readonly string[]) =>
  peers.map((peer) => ({ type, host: 'gpu-1', peer }) as Drift);
const [neighbours, routes, entries] = (['neighbour-missing', 'route-missing', 'fdb-missing'] as const).map((type) =>
  gone(type, 'hub-1', 'gpu-2'),
) as [Drift[], Drift[], Drift[]];
const device = { host: 'gpu-1', device: 'flannel.1' };

it.each<[string, readonly Drift[], number, string | undefined]>([
  ['neighbours and routes, and keeps its forwarding entries', [...neighbours, ...routes], 2, 'link-bounced'],
  ['all three', [...neighbours, ...routes, ...entries], 2, 'recreated-empty'],
  [
    'neighbours and routes, and one forwarding entry',
    [...neighbours, ...routes, ...gone('fdb-missing', 'hub-1')],
    2,
    undefined,
  ],
  ['neighbours, and one route', [...neighbours, ...gone('route-missing', 'hub-1')], 2, undefined],
  ['routes, and one neighbour', [...routes, ...gone('neighbour-missing', 'hub-1')], 2, undefined],
  ['routes alone', routes, 2, undefined],
  ['neighbours alone', neighbours, 2, undefined],
  ['all of two peers, and nothing of a third', [...neighbours, ...routes, ...entries], 3, undefined],
  [
    'all three with its device',
    [...neighbours, ...routes, ...entries, { type: 'device-down', ...device }],
    2,
    undefined,
  ],
  [
    'all three beside an address',
    [...neighbours, ...routes, ...entries, { type: 'address-missing', ...device, expected: '10.42.11.0' }],
    2,
    'recreated-empty',
  ],
  ['nothing, and has no peer', [], 0, undefined],
])('a host that lost %s: %#', (_, drifts, peers, cause) => {
  expect(vxlanWholeHostCause(drifts, peers)).toBe(cause);
});
