import type { ExecResult, Fleet, FleetHost, KubeletAnswer } from '../../lab/fleet.ts';

/** A fleet that exists as Node objects only; what its kubelets answer, and which hosts are on, is up to the test. */
export interface FakeFleet extends Fleet {
  readonly kubelets: Map<string, KubeletAnswer>;
  readonly switchedOff: Set<string>;
  /** Hosts whose uplink leads nowhere. */
  readonly cutOff: Set<string>;
  /** Whose vitals were read. */
  readonly looked: string[];
  /** Every question to a kubelet: `<host><path>`. */
  readonly asked: string[];
}

export function createFakeFleet(names: readonly string[]): FakeFleet {
  const kubelets = new Map<string, KubeletAnswer>();
  const switchedOff = new Set<string>();
  const cutOff = new Set<string>();
  const looked: string[] = [];
  const asked: string[] = [];
  const none = async () => undefined;
  const hasWayOut = async (name: string) => !switchedOff.has(name) && !cutOff.has(name);
  return {
    kind: 'simulated',
    hosts: names.map(hostOf),
    inventory: { version: 1, tunnelNetworks: ['10.200.0.0/24'], nodes: {} },
    kubelets,
    switchedOff,
    cutOff,
    looked,
    asked,
    exec: async (name): Promise<ExecResult> => ({
      code: switchedOff.has(name) ? null : 0,
      timedOut: switchedOff.has(name),
      stdout: '',
      stderr: '',
    }),
    reachKubelet: async (name, path) => {
      asked.push(`${name}${path}`);
      return kubelets.get(name) ?? { type: 'answer', status: 200, body: 'ok' };
    },
    hasWayOut,
    vitals: async (name) => {
      looked.push(name);
      return {
        wayOut: await hasWayOut(name),
        kubelet: !switchedOff.has(name) && kubelets.get(name)?.type !== 'refused',
      };
    },
    inject: (name) => Promise.reject(new Error(`no fault ${name}`)),
    clear: none,
    down: none,
  };
}

function hostOf(name: string, index: number): FleetHost {
  return {
    name,
    role: 'gpu',
    instanceId: `mi-0a0000000000000${index.toString(16).padStart(2, '0')}`,
    durableDir: '/nonexistent',
    node: {
      name,
      labels: { 'restitch.dev/pool': 'gpu', 'kubernetes.io/hostname': name },
      annotations: { 'flannel.alpha.coreos.com/public-ip': `10.200.0.${index + 10}` },
      podCIDR: `10.42.${index}.0/24`,
      internalIP: `10.200.0.${index + 10}`,
    },
  };
}
