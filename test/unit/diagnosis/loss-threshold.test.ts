import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { parseProbeName, smallKinds } from '../../../core/evidence/probe-name.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';

const between = (host: string, name: string) => {
  const parsed = parseProbeName(name);
  const isOfPair = host === 'gpu-1' ? parsed?.peer === 'gpu-2' : host === 'gpu-2' && parsed?.peer === 'gpu-1';
  return isOfPair && parsed !== undefined && smallKinds.includes(parsed.kind);
};

/** Ten packets per small path between gpu-1 and gpu-2, and this many in all that did not come back: at most one or two per path. */
function losing(packets: number): { readonly evidence: Evidence; readonly sent: number } {
  let left = packets;
  let sent = 0;
  const healthy = healthyEvidence();
  const count = healthy.readings.flatMap(({ host, runs }) =>
    runs.flatMap(({ probes }) => probes.filter(({ name }) => between(host, name))),
  ).length;
  const readings = healthy.readings.map((reading) => ({
    ...reading,
    runs: reading.runs.map((run) => ({
      ...run,
      probes: run.probes.map((probe) => {
        if (!between(reading.host, probe.name)) return probe;
        const lost = Math.min(left, Math.ceil(packets / count));
        left -= lost;
        sent += 10;
        return { ...probe, sent: 10, received: 10 - lost };
      }),
    })),
  }));
  return { evidence: { ...healthy, readings }, sent };
}

const { sent } = losing(0);

describe('packets lost at random between two hosts', () => {
  it('are counted over all small paths of the pair', () => {
    expect(sent).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ['fewer than a tenth', sent / 10 - 1, 'healthy'],
    ['exactly a tenth', sent / 10, 'healthy'],
    ['one more than a tenth', sent / 10 + 1, 'lossy-path'],
  ])('%s', (_what, packets, verdict) => {
    const examination = examine(losing(packets).evidence);
    const { class: faultClass, cause } = examination.diagnosis;
    expect([faultClass, cause]).toContain(verdict);
    expect(planRepair(examination).hosts).toEqual([]);
  });
});
