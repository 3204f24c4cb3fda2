import { allow, deny, type Guard } from './guard.ts';

/** The Node and every host that the stage acts on are Nodes of the cluster, told apart by their UIDs. */
export const target: Guard = {
  name: 'target',
  decide: ({ node, nodes, plan }) => {
    const hosts = (plan?.hosts ?? []).map(({ host }) => host);
    const uids = Object.fromEntries(
      [node.metadata.name, ...hosts].map((name) => [
        name,
        nodes.find(({ metadata }) => metadata.name === name)?.metadata.uid ?? null,
      ]),
    );
    const inputs = { uids };
    const stranger = hosts.find((host) => !nodes.some(({ metadata }) => metadata.name === host));
    if (stranger !== undefined) return deny(inputs, `${stranger} is no Node of the cluster`);
    return allow(inputs);
  },
};
