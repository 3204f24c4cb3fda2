import { allow, deny, type Guard } from './guard.ts';

/** A stage that sends commands needs the agent online. A disruptive one needs to know whether the kubelet reports. */
export const threePlanes: Guard = {
  name: 'three-planes',
  decide: ({ stage, plan, diagnosis: { planes } }) => {
    const { agent, lease, handshake, verdict, mayAct } = planes;
    const sendsCommands = plan !== null && plan.hosts.length > 0;
    const inputs = { agent, lease, handshake, verdict, sendsCommands };
    if (sendsCommands && !mayAct) return deny(inputs, `the SSM agent of the node is ${agent}`);
    if (stage.disruptive && lease === 'unknown') return deny(inputs, 'the lease of the node could not be read');
    return allow(inputs);
  },
};
