import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';

describe('what decides nothing', () => {
  it.each([
    [60, undefined],
    [61, 'the clock of gpu-1 is 61 s ahead'],
    [-3_600, 'the clock of gpu-1 is 3600 s behind'],
  ])('a clock that is %i s ahead is told as %j', (seconds, words) => {
    const evidence = evidenceWith('gpu-1', (host) => ({ ...host, collectedAt: host.collectedAt + seconds }));
    const { class: faultClass, because } = diagnose(evidence);
    expect(faultClass).toBe('healthy');
    expect(because.find((sentence) => sentence.includes('clock'))).toBe(words);
  });

  it('a userspace WireGuard where the others run the kernel’s is told', () => {
    const evidence = evidenceWith('gpu-1', (host) => ({
      ...host,
      links: host.links.map((link) => (link.name === 'wg0' ? { ...link, kind: 'tun' } : link)),
    }));
    expect(diagnose(evidence).because).toContain('wg0 of gpu-1 is a userspace WireGuard, elsewhere the kernel’s runs');
  });

  it('pods that keep an older, larger MTU are counted', () => {
    const evidence = evidenceWith('gpu-1', (host) => ({
      ...host,
      pods: {
        ...host.pods,
        mtus: [
          [1450, 3],
          [1370, 2],
        ],
      },
    }));
    expect(diagnose(evidence).because).toContain('3 of gpu-1’s pods keep an MTU of 1450, flannel.1 has 1370');
  });
});
