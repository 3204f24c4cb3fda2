import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { lookUpRoute, narrowerRoutes } from '../../../core/evidence/routes.ts';

const rows: NodeEvidence['routes'] = [
  ['default', '192.168.1.1', 'eth0', false, 0],
  ['10.0.0.0/16', null, 'wg0', false, 0],
  ['10.42.0.0/16', null, 'wg0', false, 0],
  ['10.42.12.0/24', '10.42.12.0', 'flannel.1', true, 0],
  ['10.42.12.7/32', null, 'wg0', false, 1340],
  ['fd00::/8', null, 'wg0', false, 0],
  ['nonsense', null, 'eth9', false, 0],
];

describe('the route that the kernel chooses', () => {
  it.each([
    ['10.42.12.9', 'flannel.1', '10.42.12.0/24'],
    ['10.42.12.7', 'wg0', '10.42.12.7/32'],
    ['10.42.13.1', 'wg0', '10.42.0.0/16'],
    ['8.8.8.8', 'eth0', 'default'],
    ['fd00::1', 'wg0', 'fd00::/8'],
    ['fd00:0:0::0001', 'wg0', 'fd00::/8'],
  ])('for %s goes through %s by %s', (address, device, destination) => {
    expect(lookUpRoute(rows, address)).toMatchObject({ device, destination });
  });

  it('does not exist for what is no address, or without a default', () => {
    expect(lookUpRoute(rows, 'gpu-1')).toBeUndefined();
    expect(lookUpRoute(rows.slice(1), '8.8.8.8')).toBeUndefined();
  });

  it('is shadowed by narrower ones, whatever their device', () => {
    expect(narrowerRoutes(rows, '10.42.12.0/24')).toMatchObject([{ destination: '10.42.12.7/32', mtuBytes: 1340 }]);
    expect(narrowerRoutes(rows, '10.42.12.7/32')).toEqual([]);
  });
});
