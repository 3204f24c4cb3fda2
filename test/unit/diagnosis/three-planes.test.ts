import { describe, expect, it } from 'vitest';
import { readPlanes } from '../../../core/diagnosis/three-planes.ts';

describe('the three planes', () => {
  it.each([
    ['online', 'fresh', 'fresh', 'inside the overlay', true],
    ['online', 'fresh', 'stale', 'its tunnel is silent', true],
    ['online', 'expired', 'fresh', 'the kubelet does not report', true],
    ['online', 'expired', 'stale', 'mend the tunnel first', true],
    ['offline', 'fresh', 'fresh', 'only the SSM agent is gone', false],
    ['offline', 'fresh', 'stale', 'the kubelet reports by another way', false],
    ['offline', 'expired', 'fresh', 'the kernel still answers handshakes', false],
    ['offline', 'expired', 'stale', 'it or its uplink is dead', false],
  ] as const)('agent %s, lease %s, handshake %s: %s', (agent, lease, handshake, words, mayAct) => {
    const planes = readPlanes({ agent, lease, handshake });
    expect(planes.verdict).toContain(words);
    expect(planes.mayAct).toBe(mayAct);
  });

  it('gives no verdict when a plane could not be read, and says which', () => {
    const planes = readPlanes({ agent: 'unknown', lease: 'fresh', handshake: 'unknown' });
    expect(planes).toMatchObject({ verdict: 'could not be read: agent, handshake', mayAct: false });
  });
});
