import { describe, expect, it } from 'vitest';
import {
  formatPauseScope,
  type Pause,
  type PauseScope,
  parsePauseScope,
  pauseFor,
  pausesInForce,
  pausesSet,
  withoutPause,
  withPause,
} from '../../../core/safety/pause.ts';

const pause = (scope: PauseScope, until: number | null = null): Pause => ({
  scope,
  reason: 'a release is going on',
  by: 'ann',
  since: 1_000,
  until,
});
const subject = { cluster: 'lab', pools: ['gpu', 'hub'], class: 'vxlan-wedge' as const };
const list = (...pauses: Pause[]) => ({ pauses });

describe('a pause stops', () => {
  it.each([
    ['everything', 'all', true],
    ['its cluster', 'cluster=lab', true],
    ['no other cluster', 'cluster=lab-2', false],
    ['its pool', 'pool=gpu', true],
    ['the pool of another host that would be acted on', 'pool=hub', true],
    ['no other pool', 'pool=cpu', false],
    ['its class', 'class=vxlan-wedge', true],
    ['no other class', 'class=tunnel-down', false],
  ])('%s', (_, text, stopped) => {
    const scope = parsePauseScope(text);
    if (scope === undefined) throw new Error(`${text} is a scope`);
    expect(pauseFor(list(pause(scope)), subject, 2_000) !== undefined).toBe(stopped);
  });

  it('a node without a pool, unless the pause names a pool', () => {
    const none = { ...subject, pools: [] };
    expect(pauseFor(list(pause({ type: 'pool', pool: 'gpu' })), none, 2_000)).toBeUndefined();
    expect(pauseFor(list(pause({ type: 'all' })), none, 2_000)).toBeDefined();
  });

  it.each([
    ['just before', 4_999, true],
    ['at', 5_000, false],
    ['just after', 5_001, false],
  ])('%s its end', (_, now, stopped) => {
    expect(pauseFor(list(pause({ type: 'all' }, 5_000)), subject, now) !== undefined).toBe(stopped);
  });

  it('and of several the widest is named', () => {
    const both = list(pause({ type: 'class', class: 'vxlan-wedge' }), pause({ type: 'all' }));
    expect(pauseFor(both, subject, 2_000)?.scope.type).toBe('all');
    const narrow = list(pause({ type: 'class', class: 'vxlan-wedge' }), pause({ type: 'pool', pool: 'gpu' }));
    expect(pauseFor(narrow, subject, 2_000)?.scope.type).toBe('pool');
    const wide = list(pause({ type: 'pool', pool: 'gpu' }), pause({ type: 'cluster', cluster: 'lab' }));
    expect(pauseFor(wide, subject, 2_000)?.scope.type).toBe('cluster');
  });
});

describe('the list of pauses', () => {
  it('has one pause per scope, the newest', () => {
    const first = withPause(undefined, pause({ type: 'pool', pool: 'gpu' }, 9_000));
    const second = withPause(first, { ...pause({ type: 'pool', pool: 'gpu' }), reason: 'longer' });
    expect(second.pauses).toMatchObject([{ reason: 'longer', until: null }]);
    expect([pausesSet(undefined), pausesSet(first), pausesSet(second)]).toEqual([0, 1, 2]);
  });

  it('loses the ended ones when another begins', () => {
    const ended = withPause(undefined, pause({ type: 'all' }, 1_500));
    const next = withPause(ended, { ...pause({ type: 'cluster', cluster: 'lab' }), since: 2_000 });
    expect(next.pauses.map(({ scope }) => scope.type)).toEqual(['cluster']);
  });

  it('loses exactly the scope that is resumed', () => {
    const both = list(pause({ type: 'all' }), pause({ type: 'pool', pool: 'gpu' }));
    const left = withoutPause(both, { type: 'all' }, 2_000);
    expect(pausesInForce(left, 2_000).map(({ scope }) => scope.type)).toEqual(['pool']);
    expect(withoutPause(both, { type: 'pool', pool: 'cpu' }, 2_000)).toBeUndefined();
    expect(pausesSet(withoutPause({ ...both, set: 7 }, { type: 'all' }, 2_000))).toBe(7);
  });
});

describe('a scope as text', () => {
  it.each(['all', 'cluster=lab', 'pool=a=b', 'class=one-way-nat'])('%s is read and written alike', (text) => {
    const scope = parsePauseScope(text);
    expect(scope && formatPauseScope(scope)).toBe(text);
  });

  it.each(['', 'everything', 'pool', 'pool=', 'class=no-such-class', 'all=x', 'node=gpu-1', 'xpool=gpu'])(
    '%j is none',
    (text) => {
      expect(parsePauseScope(text)).toBeUndefined();
    },
  );
});
