/** A pod as far as a drain needs it. `uid`: the very pod that was read; a new one of the same name is another. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The kind of the controller that owns it; null: nobody would start it again. */
  readonly controller: string | null;
  /** The kubelet runs it from a file on the node. */
  readonly mirror: boolean;
  readonly finished: boolean;
  /** It was told to stop, and has not yet. */
  readonly terminating: boolean;
}

export type NodePods = { readonly type: 'read'; readonly pods: readonly NodePod[] } | { readonly type: 'denied' };

/**
 * `blocked`: its PodDisruptionBudget, or a busy API server, does not allow it now (429); later it may. `gone`: that pod is not
 * there any more. `refused`: asking again is no use.
 */
export type EvictionOutcome =
  | { readonly type: 'evicted' | 'gone' }
  | { readonly type: 'blocked' | 'refused'; readonly reason: string };

/** What a drain does with the pods of a node. */
export interface DrainPlan {
  readonly evict: readonly NodePod[];
  /** On their way out. */
  readonly leaving: readonly NodePod[];
  /** Nobody would start them again elsewhere. */
  readonly unmanaged: readonly NodePod[];
}

/** DaemonSet pods would come back at once, and mirror pods belong to the kubelet: both stay. Finished pods disturb nobody. */
export function planDrain(pods: readonly NodePod[]): DrainPlan {
  const movable = pods.filter(({ mirror, finished, controller }) => !mirror && !finished && controller !== 'DaemonSet');
  const present = movable.filter(({ terminating }) => !terminating);
  return {
    evict: present.filter(({ controller }) => controller !== null),
    leaving: movable.filter(({ terminating }) => terminating),
    unmanaged: present.filter(({ controller }) => controller === null),
  };
}
