import { describe, expect, it } from 'vitest';
import type { HostReading } from '../../../core/evidence/evidence.ts';
import { openQuestion } from '../../../core/probe/open-question.ts';
import { healthyHost } from '../../fakes/healthy-evidence.ts';

/** What one host probed, by the names of the probes: `true` where an answer came. */
function probed(role: HostReading['role'], host: string, probes: Readonly<Record<string, boolean>>): HostReading {
  const { collectedAt, wireguard, kubelet } = healthyHost('gpu-1');
  const sent = Object.entries(probes).map(([name, answered]) => ({
    name,
    address: '10.200.0.11',
    payloadBytes: 56,
    mode: 'echo' as const,
    sent: 3,
    received: answered ? 3 : 0,
    rttMs: answered ? 1 : null,
    tooLong: false,
    foundPayloadBytes: null,
  }));
  const passive = { status: 'unreachable' as const, reason: 'not of interest' };
  return { host, role, passive, runs: [{ collectedAt, probes: sent, wireguard, kubelet }] };
}

describe('what the first probes leave open about gpu-1', () => {
  it.each<[string, readonly HostReading[], string]>([
    ['every path passes', [probed('hub', 'hub-1', { 'underlay-gpu-1': true, 'full-gpu-1': true })], 'none'],
    ['the hub does not reach it', [probed('hub', 'hub-1', { 'underlay-gpu-1': false })], 'tunnel'],
    ['it reaches a peer no more', [probed('node', 'gpu-1', { 'underlay-gpu-2': false })], 'tunnel'],
    ['only full size is lost', [probed('hub', 'hub-1', { 'vtep-gpu-1': true, 'full-gpu-1': false })], 'size'],
    ['small packets are lost too', [probed('hub', 'hub-1', { 'vtep-gpu-1': false, 'full-gpu-1': false })], 'none'],
    [
      'tunnel and size are lost',
      [probed('hub', 'hub-1', { 'underlay-gpu-1': false, 'vtep-gpu-1': true, 'full-gpu-1': false })],
      'tunnel',
    ],
    ['nothing was probed', [], 'none'],
  ])('when %s', (_, readings, question) => {
    expect(openQuestion(readings, 'gpu-1')).toBe(question);
  });

  it.each(['eu-gpu-1', 'gpu-11'])('is nothing when the hub loses %s', (other) => {
    const readings = [probed('hub', 'hub-1', { 'underlay-gpu-1': true, [`underlay-${other}`]: false })];
    expect(openQuestion(readings, 'gpu-1')).toBe('none');
  });

  it('ignores probes with names that are not ours', () => {
    expect(openQuestion([probed('node', 'gpu-1', { 'underlay-': false, other: false })], 'gpu-1')).toBe('none');
  });
});
