import { gentlestRung } from '../../ladder.ts';
import { allow, deny, type Guard } from './guard.ts';

/**
 * A stage that may disturb running pods acts only within the maintenance windows of every host that it touches. The gentlest
 * rung disturbs nobody, and a stage without a plan moves no pod, but for a drain.
 */
export const maintenance: Guard = {
  name: 'maintenance',
  decide: ({ standing: { windows }, stage, plan, now }) => {
    const disturbs = stage.name === 'drain' || (plan !== null && stage.name !== gentlestRung);
    const inputs = { disturbs, windows };
    if (!disturbs) return allow(inputs);
    for (const { host, reading } of windows) {
      if (reading.type === 'unreadable')
        return deny(inputs, `the maintenance window of ${host} cannot be read: ${reading.reason}`);
      if (reading.type !== 'closed') continue;
      const { opensAt } = reading;
      const when = opensAt === null ? 'never opens again' : `opens in ${Math.ceil((opensAt - now) / 60_000)} min`;
      return deny(inputs, `${stage.name} waits for the maintenance window of ${host}, which ${when}`);
    }
    return allow(inputs);
  },
};
