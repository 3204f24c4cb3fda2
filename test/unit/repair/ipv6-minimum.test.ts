import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import { whyAsk } from '../../../core/repair/ask-first.ts';
import { dualStackEvidence } from '../../fixtures/evidence.ts';

const facts = deriveFacts(dualStackEvidence());
const lowering = (dev: string, mtuBytes: number) =>
  whyAsk(facts, [{ host: 'gpu-1', operations: [{ op: 'link mtu', dev, mtuBytes }] }]);

describe('an MTU that the kernel would end IPv6 for', () => {
  it.each([
    ['wg0', 1279, 1],
    ['wg0', 1280, 0],
    // It has a link-local address only.
    ['flannel.1', 1229, 0],
    ['flannel-v6.1', 1279, 1],
    // It has none of IPv6.
    ['eth9', 1279, 0],
  ])('%s at %i: a person is asked %i times', (dev, mtuBytes, times) => {
    expect(lowering(dev, mtuBytes)).toHaveLength(times);
  });
});
