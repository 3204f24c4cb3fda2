import { describe, expect, it } from 'vitest';
import type { Dependency, OutageMode } from '../../fakes/outage.ts';
import { type Course, expectSettled, OUTAGE_SECONDS, play } from './outage-scenario.ts';

const modes: readonly OutageMode[] = ['refuses', 'throttles', 'hangs', 'loses-replies'];
const dependencies: readonly Dependency[] = ['kubernetes', 'ssm', 'dynamodb', 'slack', 'queue'];
const courses: readonly Course[] = ['reconcile', 'bounce'];

describe.each(courses)('an incident that ends with %s', (course) => {
  it.each(dependencies)(
    'and %s down for ten minutes from any of its steps',
    { timeout: 1_800_000 },
    async (dependency) => {
      const { chain } = await play(course);
      const steps = chain.outages.calls(dependency).length;
      expect(steps).toBeGreaterThan(0);
      for (let fromCall = 1; fromCall <= steps; fromCall++) {
        // Neighbouring steps are of one kind: each way to fail meets every kind.
        const mode = modes[fromCall % modes.length] ?? 'refuses';
        const played = await play(course, { dependency, mode, fromCall, seconds: OUTAGE_SECONDS });
        await expectSettled(played, dependency);
      }
    },
  );
});
