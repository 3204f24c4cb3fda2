import type { NodeEvidence } from './node-evidence.ts';
import type { NodeObject } from './node-object.ts';

/**
 * Why the host that answered is not the one that the Node object describes; undefined when it is.
 *
 * - The machine ids must be equal where both are known (`status.nodeInfo.machineID` is the host's /etc/machine-id).
 * - The host name must be the Node's name or its `kubernetes.io/hostname` label, which the kubelet writes in lower case;
 *   with or without the domain. Another host name is accepted only when the machine id is equal and no other Node has it:
 *   `--hostname-override` and K3s' `--node-name` give a Node a name that its host does not have, and hosts that were cloned
 *   from one image share a machine id.
 */
export function foreignHost(
  node: NodeObject,
  answer: Pick<NodeEvidence, 'hostname' | 'machineId'>,
  nodes: readonly NodeObject[],
): string | undefined {
  const { name } = node.metadata;
  const wanted = node.status.nodeInfo?.machineID;
  const { hostname, machineId } = answer;
  const known = isKnown(wanted) && isKnown(machineId);
  if (known && !sameId(wanted, machineId))
    return `the instance with the tag of ${name} answers with machine id ${machineId}, its Node object has ${wanted}`;
  if ([name, node.metadata.labels[HOSTNAME_LABEL] ?? name].some((own) => sameName(own, hostname))) return undefined;
  if (known && nodes.filter((other) => sameId(other.status.nodeInfo?.machineID, wanted)).length === 1) return undefined;
  return `the instance with the tag of ${name} answers as host ${hostname}`;
}

const HOSTNAME_LABEL = 'kubernetes.io/hostname';

function isKnown(id: string | undefined): id is string {
  return id !== undefined && id !== '';
}

function sameId(left: string | undefined, right: string | undefined): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}

/** `gpu-1` is `gpu-1.example.com` where one of the two does not say its domain. */
function sameName(nodeName: string, hostname: string): boolean {
  const [left, right] = [nodeName.toLowerCase(), hostname.toLowerCase()];
  return right !== '' && (left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`));
}
