import { describePause, pauseFor } from '../pause.ts';
import { allow, deny, type Guard } from './guard.ts';

/** A person said that nothing may act here. Verify, release, uncordon and close ask no guard, so a pause never stops them. */
export const paused: Guard = {
  name: 'paused',
  decide: ({ standing: { pauses, pauseSubject }, now }) => {
    const pause = pauseFor(pauses, pauseSubject, now);
    const inputs = { subject: pauseSubject, pause: pause ?? null };
    if (pause === undefined) return allow(inputs);
    return deny(inputs, describePause(pause));
  },
};
