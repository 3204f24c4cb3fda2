import { describeHandsOff } from '../hands-off.ts';
import { describeHold } from '../operator-hold.ts';
import { allow, deny, type Guard } from './guard.ts';

/** A person's word stands: after a Deny nothing more is done for the incident, and a node that was taken back is left alone. */
export const person: Guard = {
  name: 'person',
  decide: ({ handsOff, hold, now }) => {
    const inputs = { handsOff, hold };
    if (handsOff !== null) return deny(inputs, describeHandsOff(handsOff));
    if (hold !== null && hold.until > now) {
      return deny(inputs, describeHold(hold, now));
    }
    return allow(inputs);
  },
};
