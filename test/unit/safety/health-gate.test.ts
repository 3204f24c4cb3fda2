import { describe, expect, it } from 'vitest';
import { type Checkup, isGateDue, sickness } from '../../../core/safety/health-gate.ts';

const sickLook: Checkup = { networkPasses: false, class: 'vxlan-wedge', confidence: 0.9, nodeUid: 'u', at: 5_000 };
const known = { since: 1_000, nodeUid: 'u' };

describe('the sickness of a node', () => {
  it('begins with the first diagnosis, and goes on with the next ones, also of another class', () => {
    expect(sickness(undefined, sickLook)).toEqual({ since: 5_000, nodeUid: 'u' });
    expect(sickness(known, sickLook)).toEqual(known);
    expect(sickness(known, { ...sickLook, class: 'tunnel-down' })).toEqual(known);
  });

  it('ends when everything that was measured passes', () => {
    expect(sickness(known, { ...sickLook, networkPasses: true, class: 'healthy' })).toBeUndefined();
    expect(sickness(known, { ...sickLook, networkPasses: true, class: 'node-agent' })).toBeUndefined();
  });

  it.each([
    ['nothing fits', { class: 'unknown' }],
    ['the diagnosis is not sure', { confidence: 0.59 }],
    ['the rules find it healthy, but not every path passes', { class: 'healthy' }],
  ] as const)('neither begins nor ends where %s', (_, parts) => {
    expect(sickness(undefined, { ...sickLook, ...parts })).toBeUndefined();
    expect(sickness(known, { ...sickLook, ...parts })).toEqual(known);
  });

  it('begins with a diagnosis as sure as quarantine needs it', () => {
    expect(sickness(undefined, { ...sickLook, confidence: 0.6 })).toBeDefined();
  });

  it('begins afresh with a Node that was created anew', () => {
    expect(sickness({ since: 1_000, nodeUid: 'old' }, sickLook)).toEqual({ since: 5_000, nodeUid: 'u' });
  });
});

it.each([
  [60, 60_999, false],
  [60, 61_000, true],
  [60, 61_001, true],
  [0, 1_000_000, false],
])('with %i seconds at %i ms, a sickness since 1000 ms is due: %s', (afterSeconds, now, due) => {
  expect(isGateDue(known, afterSeconds, now)).toBe(due);
});

it('a sickness that began in a look without a UID goes on in one', () => {
  const unknown = { ...sickLook, nodeUid: undefined };
  expect(sickness(undefined, unknown)).toStrictEqual({ since: 5_000 });
  expect(sickness({ since: 1_000 }, unknown)).toEqual({ since: 1_000 });
});

it('a node that is not sick is not due', () => {
  expect(isGateDue(undefined, 60, 1_000_000)).toBe(false);
});
