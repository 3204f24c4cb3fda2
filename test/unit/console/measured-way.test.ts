import { describe, expect, it } from 'vitest';
import { measuredWays, newestWays } from '../../../core/console/measured-way.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';
import { dualStackEvidence } from '../../fixtures/evidence.ts';

const lowered = evidenceOf('path-mtu-1400');
const flushed = evidenceOf('fdb-flushed');

describe('what a look measured', () => {
  it('says of each direction how small and full-size packets fared', () => {
    const inward = measuredWays(lowered).find(({ from, to }) => from === 'hub-1' && to === 'gpu-1');
    expect(inward).toMatchObject({ small: 'passed', full: 'lost', at: lowered.collectedAt });
  });

  it('calls a way lost where one layer of it is', () => {
    const ways = measuredWays(flushed);
    expect(ways.find(({ from, to }) => from === 'gpu-1' && to === 'hub-1')).toMatchObject({ small: 'lost' });
  });

  it('has one way of each pair where there are two address families', () => {
    const pairs = measuredWays(dualStackEvidence()).map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('calls no size passed that was not measured', () => {
    const way = measuredWays(flushed).find(({ from, to }) => from === 'hub-1' && to === 'cloud-1');
    expect(way?.full).toBe('unmeasured');
  });
});

describe('of several looks', () => {
  it('the newest measurement of a direction counts', () => {
    const way = { from: 'a', to: 'b', full: 'passed', small: 'passed' } as const;
    expect(
      newestWays([
        { ...way, at: 2 },
        { ...way, at: 3, small: 'lost' },
        { ...way, at: 1 },
      ]),
    ).toEqual([{ ...way, at: 3, small: 'lost' }]);
  });
});
