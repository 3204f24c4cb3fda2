import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { Probe } from '../../../core/evidence/node-evidence.ts';
import { describePath, findPath, measuredPaths } from '../../../core/evidence/paths.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';

const echo: Probe = {
  name: 'vtep-hub-1',
  address: '10.42.0.0',
  payloadBytes: 56,
  mode: 'echo',
  sent: 10,
  received: 10,
  rttMs: 1,
  rttMaxMs: 3,
  tooLong: false,
  foundPayloadBytes: null,
};

/** Evidence in which gpu-1 alone has measured, these probes in one run each. */
function measuredBy(...runs: readonly (readonly Partial<Probe>[])[]): Evidence {
  const evidence = healthyEvidence();
  const { collectedAt, wireguard, kubelet } = evidence.readings[0]?.runs[0] ?? { collectedAt: 0, wireguard: null };
  const made = runs.map((probes) => ({
    collectedAt,
    wireguard,
    kubelet: kubelet ?? { listening: true, unheard: false },
    probes: probes.map((probe) => ({ ...echo, ...probe })),
  }));
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => ({ ...reading, runs: reading.host === 'gpu-1' ? made : [] })),
  };
}

const path = (probe: Partial<Probe>) => measuredPaths(measuredBy([probe]))[0];

describe('what a probe says about its path', () => {
  it.each<[sent: number, received: number, state: string]>([
    [10, 10, 'passed'],
    [10, 9, 'passed'],
    [10, 8, 'degraded'],
    [10, 1, 'degraded'],
    [10, 0, 'lost'],
    [5, 5, 'passed'],
    [5, 4, 'degraded'],
    [5, 0, 'lost'],
  ])('of %i packets, %i came back: %s', (sent, received, state) => {
    expect(path({ sent, received })).toMatchObject({ sent, received, state, passed: state !== 'lost' });
  });

  it.each<[sent: number, received: number, state: string]>([
    [3, 1, 'passed'],
    [4, 1, 'passed'],
    [4, 0, 'lost'],
  ])('takes any answer to fewer than five as before: %i sent, %i back', (sent, received, state) => {
    expect(path({ sent, received })).toMatchObject({ state, passed: state === 'passed' });
  });

  it('knows no rate of packets that expire on purpose: the kernel answers only some', () => {
    expect(path({ name: 'hop-hub-1', mode: 'hop', sent: 10, received: 1 })).toMatchObject({ state: 'passed' });
  });

  it('is nothing when no packet was sent', () => {
    expect(path({ sent: 0, received: 0 })).toBeUndefined();
  });

  it('is told by a later probe when the first sent nothing', () => {
    const evidence = measuredBy([{ sent: 0, received: 0 }], [{ received: 10 }]);
    expect(findPath(evidence, 'vtep', 'gpu-1', 'hub-1')).toMatchObject({ state: 'passed' });
  });

  it('stays what a search found, which counts no packets', () => {
    const search = { name: 'mtu-hub-1', mode: 'search' as const, sent: 0 };
    expect(path({ ...search, received: 1, foundPayloadBytes: 1392 })).toMatchObject({ state: 'passed', bytes: 1420 });
    expect(path({ ...search, received: 0 })).toMatchObject({ state: 'lost', bytes: null });
  });

  it('has no size when it is a TCP connection', () => {
    const connect = { name: 'tcp-hub-1', mode: 'connect' as const, payloadBytes: 10_250, sent: 1 };
    expect(path({ ...connect, received: 1 })).toMatchObject({ kind: 'tcp', state: 'passed', bytes: null });
    expect(path({ ...connect, received: 0 })).toMatchObject({ kind: 'tcp', state: 'lost' });
  });

  it('is told in words, with the numbers where packets are lost', () => {
    const words = (probe: Partial<Probe>) => measuredPaths(measuredBy([probe])).map(describePath);
    expect(words({ received: 7 })).toEqual(['overlay gpu-1 → hub-1 loses packets: 7 of 10 came back']);
    expect(words({ received: 0 })).toEqual(['overlay gpu-1 → hub-1 is lost']);
    expect(words({ received: 10 })).toEqual(['overlay gpu-1 → hub-1 passes']);
  });
});
