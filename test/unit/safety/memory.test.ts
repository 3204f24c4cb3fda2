import { describe, expect, it } from 'vitest';
import type { StageName } from '../../../core/ladder.ts';
import type { EndpointSet } from '../../../core/repair/endpoint-set.ts';
import {
  forbiddenByMemory,
  type HostMemory,
  type MemoryLimits,
  openActsBefore,
  type RememberedAct,
  rememberAct,
  rememberOutcome,
  rememberTrouble,
} from '../../../core/safety/memory.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = 100 * HOUR;
const limits: MemoryLimits = {
  cooldownSeconds: { 'restart-agent': 1_800 },
  runsPerDay: 6,
  ineffectiveRuns: 3,
  flapIncidents: 3,
};
const act = (at: number, parts: Partial<RememberedAct> = {}): RememberedAct => ({
  at,
  operationKey: `key-${at}`,
  incidentId: `lab.gpu-1.${at}`,
  run: 1,
  stage: 'restart-agent',
  class: 'node-agent',
  cause: 'subnet-env-missing',
  pool: 'gpu',
  outcome: 'healed',
  ...parts,
});
const memory = (...acts: RememberedAct[]): HostMemory => ({ acts, troubles: [], undone: null });
const wants = (stage: StageName = 'restart-agent', incidentId = 'lab.gpu-1.9') => ({
  host: 'gpu-1',
  stage,
  incidentId,
  run: 1,
});
const forbids = (stored: HostMemory | undefined, wanted = wants(), of = limits) =>
  forbiddenByMemory(stored, wanted, of, now);

describe('a host that nobody remembers', () => {
  it('may be acted on', () => expect(forbids(undefined)).toBeUndefined());
});

describe('an endpoint that was set, and is the old one again', () => {
  const set: EndpointSet = { device: 'wg0', peer: 'hub=', was: '198.51.100.1:51820', set: '198.51.100.9:51820' };
  const reconcile = (at: number, endpoints = [set], parts: Partial<RememberedAct> = {}) =>
    act(at, { stage: 'reconcile', cause: 'hub-endpoint-stale', endpoints, ...parts });
  const wantsAgain = (wanted = set) => ({ ...wants('reconcile'), endpoints: [wanted] });

  it('is not set once more, and what does that is named', () => {
    expect(forbids(memory(reconcile(now - 2 * HOUR)), wantsAgain())).toBe(
      `endpoint-reset-by-somebody: lab.gpu-1.${now - 2 * HOUR} set the endpoint of hub= on wg0 of gpu-1 to 198.51.100.9:51820, and it is 198.51.100.1:51820 again, so none is set: something there sets it back`,
    );
  });

  it('is not set once more just before six hours have passed, also where none was there', () => {
    const none = { ...set, was: null };
    const stored = memory(reconcile(now - 6 * HOUR + 1, [none]), act(now - HOUR));
    expect(forbids(stored, wantsAgain(none))).toContain('and it is none again');
  });

  it.each<readonly [string, HostMemory, EndpointSet]>([
    ['nobody set it before', memory(act(now - HOUR, { stage: 'reconcile' })), set],
    ['the hub has moved on', memory(reconcile(now - HOUR)), { ...set, set: '203.0.113.5:51820' }],
    ['another value than the old one is there', memory(reconcile(now - HOUR)), { ...set, was: '203.0.113.5:51820' }],
    ['it is of another peer', memory(reconcile(now - HOUR)), { ...set, peer: 'other=' }],
    ['nothing was there before, and something is now', memory(reconcile(now - HOUR, [{ ...set, was: null }])), set],
    ['it is of another device', memory(reconcile(now - HOUR)), { ...set, device: 'flannel-wg' }],
    ['it did not help and was put back by us', memory(reconcile(now - HOUR, [set], { outcome: 'ineffective' })), set],
    ['that was long ago', memory(reconcile(now - 6 * HOUR)), set],
    [
      'the hub moved there and here again, each time repaired',
      memory(reconcile(now - 3 * HOUR), reconcile(now - HOUR, [{ ...set, was: set.set, set: '198.51.100.1:51820' }])),
      set,
    ],
  ])('is set where %s', (_, stored, wanted) => {
    expect(forbids(stored, wantsAgain(wanted))).toBeUndefined();
  });
});

describe('the cooldown of a stage', () => {
  it.each([
    ['just before', 1, true],
    ['at', 0, false],
    ['just after', -1, false],
  ])('forbids it %s its end', (_, offset, forbidden) => {
    expect(forbids(memory(act(now - 30 * MINUTE + offset))) !== undefined).toBe(forbidden);
  });

  it('says when the stage acted, for which incident, and when it may again', () => {
    expect(forbids(memory(act(now - 10 * MINUTE, { incidentId: 'lab.gpu-1.4' })))).toBe(
      'restart-agent acted on gpu-1 10 min ago for lab.gpu-1.4: it may again in 1200 s',
    );
  });

  it('is that of the stage alone: one that is not named has none', () => {
    expect(forbids(memory(act(now, { stage: 'bounce' })), wants('bounce'))).toBeUndefined();
  });

  it('is none where another incident acted a moment later than this one began to, and the stage has none', () => {
    expect(forbids(memory(act(now + 40, { stage: 'reconcile' })), wants('reconcile'))).toBeUndefined();
  });

  it('is whole where another incident acted a moment later than this one began to', () => {
    expect(forbids(memory(act(now + 40, { incidentId: 'lab.gpu-1.4' })))).toBe(
      'restart-agent acted on gpu-1 0 s ago for lab.gpu-1.4: it may again in 1800 s',
    );
  });

  it('counts from the last time that it acted', () => {
    const twice = memory(act(now - 20 * MINUTE), act(now - 10 * MINUTE), act(now - MINUTE, { stage: 'bounce' }));
    expect(forbids(twice)).toContain('restart-agent acted on gpu-1 10 min ago');
  });

  it.each([
    [119_999, '119 s ago'],
    [120_000, '2 min ago'],
  ])('%i ms after it acted says %s', (after, told) => {
    expect(forbids(memory(act(now - after)))).toContain(told);
  });

  it('is no other stage’s, and not held against the run itself', () => {
    expect(forbids(memory(act(now - MINUTE)), wants('reconcile'))).toBeUndefined();
    expect(forbids(memory(act(now - MINUTE, { incidentId: 'lab.gpu-1.9' })))).toBeUndefined();
  });
});

describe('the runs of a day', () => {
  const runs = (count: number, at: number) =>
    memory(...Array.from({ length: count }, (_, index) => act(at + index, { stage: 'reconcile' })));

  it.each([
    [5, false],
    [6, true],
    [7, true],
  ])('%i forbid the next: %s', (count, forbidden) => {
    expect(forbids(runs(count, now - 5 * HOUR), wants('reconcile')) !== undefined).toBe(forbidden);
  });

  it('are those of the last 24 hours', () => {
    expect(forbids(runs(6, now - 24 * HOUR), wants('reconcile'))).toBeUndefined();
    expect(forbids(runs(6, now - 24 * HOUR + 1), wants('reconcile'))).toBe(
      '6 runs have acted on gpu-1 within a day, and 6 are allowed',
    );
  });

  it('are counted as runs, however many stages acted in each', () => {
    const oneRun = Array.from({ length: 9 }, (_, index) => act(now - HOUR + index, { incidentId: 'lab.gpu-1.1' }));
    expect(forbids(memory(...oneRun), wants('reconcile'))).toBeUndefined();
    const twoRuns = oneRun.map((each, index) => ({ ...each, run: index }));
    expect(forbids(memory(...twoRuns), wants('reconcile'))).toContain('9 runs have acted');
  });

  it('are not those in which nothing was done', () => {
    const none = runs(9, now - HOUR).acts.map((each) => ({ ...each, outcome: 'not-done' as const }));
    expect(forbids(memory(...none), wants('reconcile'))).toBeUndefined();
  });
});

describe('runs that did not heal the host', () => {
  const failed = (count: number, at = now - 3 * HOUR) =>
    memory(...Array.from({ length: count }, (_, index) => act(at + index * HOUR, { outcome: 'ineffective' })));

  it.each([
    [2, false],
    [3, true],
  ])('%i of them stop automation: %s', (count, stopped) => {
    expect(forbids(failed(count), wants('reconcile')) !== undefined).toBe(stopped);
  });

  it('are not those that were cancelled, or of which nobody knows yet how they turned out', () => {
    const others = failed(3).acts.map((each, index) => ({
      ...each,
      outcome: index === 0 ? null : ('cancelled' as const),
    }));
    expect(forbids(memory(...others), wants('reconcile'))).toBeUndefined();
  });

  it('are named with their trend', () => {
    expect(forbids(failed(3))).toBe(
      '3 runs within 4 hours did not heal gpu-1: automation stops for it (restart-agent against subnet-env-missing 180 min ago, ' +
        'restart-agent against subnet-env-missing 120 min ago, restart-agent against subnet-env-missing 60 min ago)',
    );
  });

  it('count for four hours', () => {
    expect(forbids(failed(3, now - 4 * HOUR), wants('reconcile'))).toBeUndefined();
  });

  it('do not count where a later stage of the same run healed it', () => {
    const climbed = [1, 2, 3].flatMap((hour) => {
      const at = now - hour * HOUR;
      const incidentId = `lab.gpu-1.${hour}`;
      return [act(at, { incidentId, outcome: 'ineffective', stage: 'reconcile' }), act(at + 1, { incidentId })];
    });
    expect(forbids(memory(...climbed), wants('reconcile'))).toBeUndefined();
  });
});

describe('a node that flaps', () => {
  const flaps = (count: number): HostMemory => ({
    acts: [],
    undone: null,
    troubles: Array.from({ length: count }, (_, index) => ({ incidentId: `i.${index}`, at: now - 90_000 + index })),
  });

  it.each([
    [2, undefined],
    [3, 'gpu-1 is flapping: 3 incidents, the first 90 s ago'],
  ])('%i incidents in half an hour', (count, said) => expect(forbids(flaps(count))).toBe(said));

  it('at the limit of half an hour', () => {
    const at = (age: number) => flaps(3).troubles.map((each) => ({ ...each, at: now - age }));
    expect(forbids({ ...flaps(3), troubles: at(30 * MINUTE) })).toBeUndefined();
    expect(forbids({ ...flaps(3), troubles: at(30 * MINUTE - 1) })).toContain('is flapping');
  });

  it('still gets what harms nobody', () => expect(forbids(flaps(9), wants('reconcile'))).toBeUndefined());
});

describe('what is remembered', () => {
  it('is written once, however often it is told', () => {
    const once = rememberAct(undefined, act(now));
    expect(rememberAct(once, act(now))).toBeUndefined();
    expect(rememberAct(memory(act(now - 1), act(now)), act(now))).toBeUndefined();
    expect(rememberTrouble(undefined, 'i.1', now)?.troubles).toEqual([{ incidentId: 'i.1', at: now }]);
    const trouble = rememberTrouble(once, 'i.1', now);
    expect(rememberTrouble(trouble, 'i.1', now + 1)).toBeUndefined();
  });

  it('keeps the first outcome of an act', () => {
    const open = rememberAct(undefined, act(now, { outcome: null }));
    const settled = rememberOutcome(open, `key-${now}`, 'healed');
    expect(settled?.acts).toMatchObject([{ outcome: 'healed' }]);
    expect(rememberOutcome(settled, `key-${now}`, 'ineffective')).toBeUndefined();
    expect(rememberOutcome(settled, 'another', 'healed')).toBeUndefined();
  });

  it('is the outcome of that act alone', () => {
    const two = memory(act(1, { outcome: null }), act(2, { outcome: null }));
    expect(rememberOutcome(two, 'key-2', 'healed')?.acts.map(({ outcome }) => outcome)).toEqual([null, 'healed']);
    expect(rememberOutcome(undefined, 'key-2', 'healed')).toBeUndefined();
  });

  it('is forgotten after a day', () => {
    const old = { ...memory(act(now - 24 * HOUR)), troubles: [{ incidentId: 'i.1', at: now - 24 * HOUR }] };
    expect(rememberAct(old, act(now))).toMatchObject({ acts: [{ at: now }], troubles: [] });
    expect(rememberTrouble(old, 'i.2', now)).toEqual({
      acts: [],
      troubles: [{ incidentId: 'i.2', at: now }],
      undone: null,
    });
    expect(rememberTrouble(old, 'i.2', now - 1)).toMatchObject({ acts: [{}], troubles: [{}, {}] });
  });

  it('stays small, and is the newest', () => {
    const ats = Array.from({ length: 60 }, (_, index) => now - 60 + index);
    const many: HostMemory = {
      acts: ats.map((at) => act(at)),
      troubles: ats.map((at) => ({ incidentId: `i.${at}`, at })),
      undone: null,
    };
    const { acts, troubles } = rememberAct(many, act(now)) ?? many;
    expect([acts.length, troubles.length]).toEqual([51, 50]);
    expect([acts[0]?.at, troubles[0]?.at]).toEqual([now - 50, now - 50]);
  });

  it('of earlier runs of the incident is open where nobody wrote down how it turned out', () => {
    const incidentId = 'lab.gpu-1.9';
    const open = act(1, { incidentId, run: 1, outcome: null });
    const stored = memory(
      open,
      act(2, { incidentId, run: 1 }),
      act(3, { incidentId, run: 2, outcome: null }),
      act(4, { run: 1, outcome: null }),
    );
    expect(openActsBefore(stored, { incidentId, run: 2 })).toEqual([open]);
    expect(openActsBefore(undefined, { incidentId, run: 2 })).toEqual([]);
  });
});
