import { describe, expect, it } from 'vitest';
import { planDiff } from '../../../core/console/plan-diff.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';

const lowered = evidenceOf('path-mtu-1400');
const flushed = evidenceOf('fdb-flushed');

describe('the plan as a diff', () => {
  it('shows what is there now beside what will be, by host', () => {
    const [part] = planDiff(['gpu-1: link mtu wg0 1328'], lowered);
    expect(part).toEqual({ place: 'gpu-1', lines: [{ sign: '~', line: 'link mtu wg0 1328', now: '1420' }] });
  });

  it('adds what is missing', () => {
    const lines = ['gpu-1: fdb replace 0a:58:0a:2a:77:00 dst 10.0.9.9 dev flannel.1'];
    expect(planDiff(lines, flushed)[0]?.lines[0]).toMatchObject({ sign: '+', now: null });
  });

  it('does not call a change what is so already', () => {
    expect(planDiff(['gpu-1: link mtu wg0 1420'], lowered)[0]?.lines[0]).toMatchObject({ sign: '=', now: null });
    // 142 is a part of 1420, and another value.
    expect(planDiff(['gpu-1: link mtu wg0 14200'], lowered)[0]?.lines[0]).toMatchObject({ sign: '~', now: '1420' });
  });

  it('keeps the words of a rung as they are', () => {
    expect(planDiff(['gpu-1: link flannel.1 down, then up'], undefined)).toEqual([
      { place: '', lines: [{ sign: '=', line: 'gpu-1: link flannel.1 down, then up', now: null }] },
    ]);
  });

  it('says nothing of what was there where the evidence is no longer kept', () => {
    expect(planDiff(['gpu-1: link mtu wg0 1328'], undefined)[0]?.lines[0]).toMatchObject({ sign: '~', now: null });
  });
});
