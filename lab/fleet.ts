import type { CauseName } from '../core/diagnosis/causes.ts';
import type { FaultClass } from '../core/fault-class.ts';
import type { Inventory } from '../core/inventory/inventory.ts';

/** A fleet of hosts on this machine: real network namespaces where the machine allows it, simulated hosts elsewhere. */
export interface Fleet {
  readonly kind: 'namespaces' | 'simulated';
  /** Every Kubernetes node of the fleet, in a stable order. A new array when a fault changed what Node objects say. */
  readonly hosts: readonly FleetHost[];
  /** Nodes of the cluster that have no host here. They are Ready; nothing can be asked there. */
  readonly objectsOnly?: readonly FleetNode[];
  /** The platform team's own record, made from the plan of the fleet. No fault changes it. */
  readonly inventory: Inventory;
  /**
   * Runs one program as root "on" a host: in its namespaces, with only the given environment; on the fleet of namespaces also
   * in the network of a router (`nat1`) or a pod (`pod-gpu-1`). Never rejects for a failing program or a host that is off.
   */
  exec(place: string, request: ExecRequest): Promise<ExecResult>;
  /** The control plane's own path to the kubelet, GET https://<InternalIP>:10250<path> sent from the hub. */
  reachKubelet(hostName: string, path: string, timeoutMs: number): Promise<KubeletAnswer>;
  /** What a host's own agents could say over its own uplink, measured without a packet in any tunnel. Never rejects. */
  vitals(hostName: string): Promise<HostVitals>;
  /** The first of them alone, which is asked before each command. */
  hasWayOut(hostName: string): Promise<boolean>;
  /** Breaks the fleet by one fault of the catalogue. Errors when the fault is unknown, not for this kind of fleet, or cannot be made. */
  inject(faultName: string): Promise<InjectedFault>;
  /** Undoes every injected fault: the fleet is again as `up` made it. What hosts keep stays. */
  clear(): Promise<void>;
  /** Ends every process and removes every namespace, mount and file of this fleet but the hosts' durable state. Idempotent. */
  down(): Promise<void>;
}

export interface FleetHost {
  /** Kubernetes node name, also the host's name. */
  readonly name: string;
  readonly role: 'hub' | 'cloud' | 'gpu';
  /** SSM instance id: `i-…` for EC2-like hosts, `mi-…` for hybrid ones. */
  readonly instanceId: string;
  /** The Node object as kubelet, flanneld and the platform team would have made it (metadata, spec, status). */
  readonly node: FleetNode;
  /** A folder of the host that survives a restart of the fleet (mounted as /var/lib/restitch on the host). */
  readonly durableDir: string;
}

/** The parts of a core/v1 Node that the fleet decides. */
export interface FleetNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `flannel.alpha.coreos.com/{backend-type,backend-data,public-ip,kube-subnet-manager}`. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly podCIDR: string;
  /** Every pod network, where there are more than one: one per address family. */
  readonly podCIDRs?: readonly string[];
  /** `aws:///zone/i-…` for EC2-like hosts; absent for hybrid hosts. All are found by their SSM tag. */
  readonly providerID?: string;
  readonly internalIP: string;
  /** Names of images that the kubelet lists; flannel's tells its version. */
  readonly images?: readonly string[];
  /** Addresses that the Node object lists besides. */
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  /** Taints that the team put there. */
  readonly taints?: readonly {
    readonly key: string;
    readonly value?: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
}

export interface ExecRequest {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
}

/** `code` is null when the program was ended by a signal or by the timeout. */
export interface ExecResult {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export type KubeletAnswer =
  | { readonly type: 'answer'; readonly status: number; readonly body: string }
  | { readonly type: 'refused' }
  | { readonly type: 'timeout' }
  | { readonly type: 'unreachable'; readonly reason: string };

export interface HostVitals {
  /** The host's uplink reaches the internet: where AWS's endpoints and the API server's public endpoint are. */
  readonly wayOut: boolean;
  /** Something answers on the kubelet's port on the host itself. */
  readonly kubelet: boolean;
}

export interface InjectedFault {
  readonly name: string;
  /** How it happens in the field, one sentence. */
  readonly story: string;
  /** The truth that a diagnosis is scored against. */
  readonly label: { readonly class: FaultClass; readonly cause: CauseName; readonly hostAtFault: string | null };
  /** The truth about a second fault that is there as well: whoever finds it first is as right. */
  readonly orLabel?: InjectedFault['label'];
  /** The node that alerts would name. */
  readonly alertingNode: string;
  /** `alertname` of the alert that the symptom would fire where the rules of `monitoring` are not in use. */
  readonly alert: string;
}

/** What somebody writes into one Node object, beside what is there. */
export interface NodeChange {
  readonly node: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly podCIDR?: string;
  readonly providerID?: string;
}
