import { describe, expect, it } from 'vitest';
import { hasCondition, OVERLAY_CONDITION, overlayCondition } from '../../../core/safety/overlay-condition.ts';
import { nodeWith } from '../../fakes/node-object.ts';

describe('the condition of a node', () => {
  it('says the class, the cause and the host at fault', () => {
    const because = ['overlay gpu-1 → hub-1 is lost', 'a neighbour is missing', 'a third reason'];
    expect(overlayCondition({ class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1', because })).toEqual({
      status: 'False',
      reason: 'VxlanWedge',
      message: 'fdb-missing on gpu-1; overlay gpu-1 → hub-1 is lost; a neighbour is missing',
    });
  });

  it('is unknown where no rule fits', () => {
    const told = overlayCondition({ class: 'unknown', cause: 'no-rule-fits', hostAtFault: null, because: [] });
    expect(told).toEqual({ status: 'Unknown', reason: 'Unknown', message: 'no-rule-fits' });
  });

  it('is bounded, whatever a host said', () => {
    const because = ['x'.repeat(100_000)];
    expect(
      overlayCondition({ class: 'healthy', cause: 'all-paths-pass', hostAtFault: null, because }).message,
    ).toHaveLength(300);
  });
});

describe('whether it has to be written', () => {
  const sick = { status: 'False', reason: 'VxlanWedge', message: 'new words' } as const;
  const well = { status: 'True', reason: 'Healthy', message: '' } as const;
  const sicknessOf = (status: string, reason: string) => {
    const node = nodeWith();
    return { ...node, status: { ...node.status, conditions: [{ type: OVERLAY_CONDITION, status, reason }] } };
  };

  it('is not where a healthy node never carried it', () => {
    expect(hasCondition(nodeWith(), well)).toBe(true);
    expect(hasCondition(nodeWith(), sick)).toBe(false);
  });

  it('is where the class or the status changed, and not for other words alone', () => {
    expect(hasCondition(sicknessOf('False', 'VxlanWedge'), sick)).toBe(true);
    expect(hasCondition(sicknessOf('False', 'OneWayNat'), sick)).toBe(false);
    expect(hasCondition(sicknessOf('False', 'VxlanWedge'), well)).toBe(false);
  });
});
