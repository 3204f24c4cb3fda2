import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { alertFor } from '../scenarios/fleet-under-test.ts';

describe('a run whose table does not answer for five seconds', () => {
  it('says which step it tries again, when, and why, and ends as it would have', async () => {
    const outage = { dependency: 'dynamodb', mode: 'refuses', fromCall: 20, seconds: 5 } as const;
    const chain = createChainUnderTest({}, { outage });
    await chain.post(alertFor('gpu-1'));
    await chain.untilAllClosed();
    const retried = chain.log.lines.filter(({ event }) => event === 'step-retried');
    expect(retried.length).toBeGreaterThan(0);
    const [incident] = await chain.incidents();
    expect(retried[0]).toMatchObject({
      level: 'warn',
      fields: { incidentId: incident?.incidentId, attempt: 1, seconds: 2, reason: expect.stringContaining('refuses') },
    });
    expect(incident?.outcome).toBe('repaired');
  });
});
