import type { NodeObject } from '../../evidence/node-object.ts';
import { allow, ask, deny, type Guard } from './guard.ts';
import type { HostAnswer, StageSnapshot } from './stage-snapshot.ts';

/**
 * The cluster is ours, the Node and every host that the stage acts on are Nodes of it, the same ones as when the incident
 * opened, and each host that would get a command was read as the host of that Node: through the one instance whose tag has
 * the Node's name, under the Node's name and machine id. What is not known denies. A Node that was created anew since the
 * incident opened is another one: only a person may say that the incident is about that one too.
 */
export const target: Guard = {
  name: 'target',
  decide: (snapshot) => {
    const { cluster, clusters, nodes, node, plan, firstUids, answers } = snapshot;
    const hosts = (plan?.hosts ?? []).map(({ host }) => host);
    const concerned = [...new Set([node.metadata.name, ...hosts])].map((name) => ({
      name,
      object: nodes.find(({ metadata }) => metadata.name === name),
    }));
    const inputs = {
      cluster,
      clusters,
      nodes: concerned.map(({ name, object }) => ({
        name,
        uid: object?.metadata.uid ?? null,
        firstUid: firstUids[name] ?? null,
        machineId: machineIdOf(object),
      })),
      answers: answers.filter(({ host }) => hosts.includes(host)),
    };
    const why =
      clusterUnknown(snapshot) ??
      concerned
        .map(({ name, object }) => nodeUnknown(name, object, firstUids[name]))
        .find((each) => each !== undefined) ??
      hosts.map((host) => hostUnknown(host, answers, nodes)).find((each) => each !== undefined);
    if (why !== undefined) return deny(inputs, why);
    const changed = concerned.filter(({ name, object }) => object?.metadata.uid !== firstUids[name]);
    if (changed.length === 0) return allow(inputs);
    const names = changed.map(({ name }) => name).join(', ');
    return ask(inputs, `${names}: the Node was created anew since the incident opened`);
  },
};

function clusterUnknown({ cluster, clusters }: StageSnapshot): string | undefined {
  return clusters.includes(cluster) ? undefined : `the cluster ${cluster} is not configured`;
}

function nodeUnknown(name: string, object: NodeObject | undefined, firstUid: string | undefined): string | undefined {
  if (object === undefined) return `${name} is no Node of the cluster`;
  if (object.metadata.uid === undefined) return `the Node object of ${name} has no UID`;
  return firstUid === undefined ? `it is not known which Node ${name} was when the incident opened` : undefined;
}

/** The name and the machine id were compared when the host was read: what another host answered is no reading. */
function hostUnknown(host: string, answers: readonly HostAnswer[], nodes: readonly NodeObject[]): string | undefined {
  const answer = answers.find((each) => each.host === host);
  if (answer === undefined) return `${host} was not read, so it is not known which host would be acted on`;
  if (answer.instance === null) return `the instance of ${host} is not known`;
  const wanted = machineIdOf(nodes.find(({ metadata }) => metadata.name === host));
  if (wanted === null || answer.machineId !== null) return undefined;
  return `${host} did not say its machine id, which its Node object has`;
}

/** Null: the Node object says none. A kubelet on a host without the file reports an empty one. */
function machineIdOf(node: NodeObject | undefined): string | null {
  const id = node?.status.nodeInfo?.machineID ?? '';
  return id === '' ? null : id;
}
