import { counted } from '../counted.ts';

/** A pod on a node, as far as it matters to who may lose work. */
export interface RunningPod {
  readonly namespace: string;
  readonly name: string;
  /** Devices of any vendor that it asked for. */
  readonly gpus: number;
  /** The group of pods that only run together; null: it is in none. */
  readonly gang: string | null;
}

/** A group of pods that run together, on however many nodes. */
export interface Gang {
  readonly namespace: string;
  readonly name: string;
  readonly pods: number;
  readonly nodes: number;
}

/** What runs on a node. `unknown`: it could not be read, and the reason. */
export type Workload =
  | { readonly type: 'known'; readonly pods: readonly RunningPod[]; readonly gangs: readonly Gang[] }
  | { readonly type: 'unknown'; readonly reason: string };

/** Names beyond these are counted only: this is read on a phone. */
const MOST_NAMES = 5;

/** What a disruption of the node may cost, one line each, for the approval and the receipt. */
export function atRisk(workload: Workload): readonly string[] {
  if (workload.type === 'unknown') return [`what runs on the node is not known: ${workload.reason}`];
  const users = workload.pods.filter(({ gpus }) => gpus > 0);
  const gpus = gpusInUse(workload) ?? 0;
  if (users.length === 0) return ['no pod on the node uses a GPU'];
  const used = `${counted(gpus, 'GPU')} in use by ${counted(users.length, 'pod')}: ${listed(users.map(nameOf))}`;
  const spanning = workload.gangs.filter(({ nodes }) => nodes > 1);
  return [
    used,
    ...spanning.map(
      (gang) =>
        `${nameOf(gang)} spans ${counted(gang.nodes, 'node')}: all of its ${counted(gang.pods, 'pod')} lose work`,
    ),
  ];
}

/** GPUs in use on the node; null: not known. */
export function gpusInUse(workload: Workload): number | null {
  return workload.type === 'unknown' ? null : workload.pods.reduce((sum, pod) => sum + pod.gpus, 0);
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function listed(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
