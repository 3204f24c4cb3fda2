import { allow, deny, type Guard } from './guard.ts';

/** A stage that sends commands needs the agent online. */
export const threePlanes: Guard = {
  name: 'three-planes',
  decide: ({ plan, diagnosis: { planes } }) => {
    const { agent, lease, handshake, verdict, mayAct } = planes;
    const sendsCommands = plan !== null && plan.hosts.length > 0;
    const inputs = { agent, lease, handshake, verdict, sendsCommands };
    if (!sendsCommands || mayAct) return allow(inputs);
    return deny(inputs, `the SSM agent of the node is ${agent}`);
  },
};
