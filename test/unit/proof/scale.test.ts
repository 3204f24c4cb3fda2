import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Counted } from '../../../proof/scale/counted.ts';
import { play } from '../../../proof/scale/model.ts';
import { quotaValues } from '../../../proof/scale/quotas.ts';
import { scalePage } from '../../../proof/scale/scale-page.ts';
import { gate, passAll, places, rate } from '../../../proof/scale/stations.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const counted = Counted.parse(JSON.parse(readFileSync(join(root, 'proof', 'scale', 'counted.json'), 'utf8')));
const atOnce = (incidents: number) => Array.from({ length: incidents }, () => 0);

describe('a station', () => {
  it('with a rate lets them through one after the other', () => {
    expect(rate('two a second', 2, 1).pass(atOnce(4))).toEqual([0.5, 1, 1.5, 2]);
    expect(rate('two units a second', 2, 4).pass(atOnce(2))).toEqual([2, 4]);
  });

  it('with a rate stands still until the next one comes', () => {
    expect(rate('one a second', 1, 1).pass([0, 10])).toEqual([1, 11]);
  });

  it('may ask more of those that come later', () => {
    expect(rate('one unit a second', 1, (number) => number + 1).pass(atOnce(3))).toEqual([1, 3, 6]);
  });

  it('with places lets as many in at once', () => {
    expect(places('two places', 2, 3).pass(atOnce(5))).toEqual([3, 3, 6, 6, 9]);
    expect(places('more places than incidents', 9, 3).pass(atOnce(2))).toEqual([3, 3]);
  });

  it('may be shut until a moment', () => {
    expect(gate('opens', 5).pass([0, 4, 7])).toEqual([5, 5, 7]);
  });
});

describe('stations one after the other', () => {
  it('take as long as the narrowest, and the way through the others', () => {
    const stations = [rate('wide', 10, 1), rate('narrow', 1, 1), places('wide places', 10, 2)] as const;
    const { seconds, narrowest } = passAll([...stations], 10);
    expect(narrowest.name).toBe('narrow');
    // The first waits 0.1 s, then one a second, and 2 s in its place.
    expect(seconds).toBeCloseTo(0.1 + 10 + 2);
  });
});

describe('the model', () => {
  const quotas = quotaValues();
  const own = (nodes: number, alerts: number) => ({ nodes, alerts, fault: 'own' as const });

  it('takes half as long where a quota is the wall and is doubled', () => {
    const scenario = own(5_000, 1_000);
    const tight = { ...quotas, sendCommands: 1 };
    const slow = play(scenario, counted, tight).settled;
    expect(slow.narrowest.name).toContain('SendCommand');
    const faster = play(scenario, counted, { ...tight, sendCommands: 2 }).settled;
    expect(slow.seconds / faster.seconds).toBeGreaterThan(1.9);
  });

  it('works no more nodes than the breaker leaves, and of a shared fault one incident for each cluster', () => {
    expect(play(own(1_000, 750), counted, quotas).worked).toBe(300);
    expect(play({ nodes: 10_000, alerts: 7_500, fault: 'hub' }, counted, quotas)).toMatchObject({
      clusters: 2,
      worked: 2,
    });
  });

  it('asks no host anything for an incident that is held', () => {
    const hub = { nodes: 5_000, alerts: 3_750, fault: 'hub' as const };
    const { seconds } = play(hub, counted, { ...quotas, sendCommands: 0.001 }).settled;
    expect(seconds).toBe(play(hub, counted, quotas).settled.seconds);
  });

  it('takes longer for more alerts, and never less', () => {
    const seconds = [1, 10, 100, 1_000].map((alerts) => play(own(5_000, alerts), counted, quotas).settled.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });
});

describe('docs/scale.md', () => {
  it('is what the counts and the quotas say', () => {
    expect(readFileSync(join(root, 'docs', 'scale.md'), 'utf8')).toBe(scalePage(counted));
  });
});
