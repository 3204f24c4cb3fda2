import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, type ProcessIdentity } from '../../../lab/process-identity.ts';
import { killsItsScript, type NamespaceNode, peerOperations } from './namespace-pair.ts';
import type { TunnelNode } from './tunnel-node.ts';

/** Program calls that give a tunnel node a `flannel.1` of other parameters, with an entry that nobody expects. */
export const outdated = [
  'ip link del flannel.1',
  'ip link add flannel.1 address 02:00:00:00:00:01 mtu 1400 type vxlan id 1 dstport 4789 local 192.0.2.1 dev wire0',
  'ip addr add 10.42.1.0/32 dev flannel.1',
  'ip link set flannel.1 up',
  'ip neigh add 10.42.7.0 lladdr 02:00:00:00:00:07 dev flannel.1 nud permanent',
  'ip route add 10.42.7.0/24 via 10.42.7.0 dev flannel.1 onlink',
] as const;

/** A repair of such a node with operations of every kind. */
export const repairOf = ({ tunnel, silentPeer, livelyPeer }: TunnelNode): readonly string[] => [
  'sysctl net.ipv4.ip_forward 1',
  'sysctl net.ipv6.conf.all.forwarding 1',
  'vxlan create flannel.1 id 1 dstport 8472 local 192.0.2.1 dev wire0 address 02:00:00:00:00:01 mtu 1450',
  'link up flannel.1',
  `link mtu ${tunnel} 1340`,
  'addr replace 10.42.1.0/32 dev flannel.1',
  `wg listen-port ${tunnel} 41999`,
  `wg endpoint ${tunnel} peer ${livelyPeer} 192.0.2.2:41820`,
  `wg allowed-ips ${tunnel} peer ${silentPeer} 10.200.0.11/32 10.200.0.12/32`,
  ...peerOperations,
  `route set 10.0.0.0/16 dev ${tunnel} mtu 1328`,
];

/** The rollback timer of an open change. */
export async function timerIn(node: NamespaceNode, operationKey: string): Promise<ProcessIdentity> {
  const file = join(node.root, 'run/restitch/armed', operationKey, 'timer');
  const [pid = '0', startTime = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split('.');
  return { pid: Number(pid), startTime };
}

/** Kills every rollback timer of a node. */
export async function endTimers(node: NamespaceNode): Promise<void> {
  for (const key of await readdir(join(node.root, 'run/restitch/armed')).catch(() => [])) {
    const timer = await timerIn(node, key);
    if (isSameProcess(timer)) process.kill(-timer.pid, 'SIGKILL');
  }
}

/** The machine's own program of this name. */
export const real = (program: string) => `PATH=/usr/sbin:/usr/bin:/sbin:/bin ${program} "$@"`;

/** Points at which the script dies, in the order in which it comes to them, and what its key answers afterwards. */
export const killPoints = [
  { program: 'mv', words: '*armed/.new*', when: 'before', answer: 'applied' },
  { program: 'mv', words: '*armed/.new*', when: 'after', answer: 'rolled-back' },
  { program: 'setsid', words: '*restore*', when: 'before', answer: 'rolled-back' },
  { program: 'sysctl', words: '*-w*', when: 'after', answer: 'rolled-back' },
  { program: 'ip', words: '*batch.under', when: 'after', answer: 'rolled-back' },
  { program: 'ip', words: '*batch.vxlan', when: 'before', answer: 'rolled-back' },
  { program: 'ip', words: '*batch.vxlan', when: 'after', answer: 'rolled-back' },
  { program: 'ip', words: '*batch.link', when: 'after', answer: 'rolled-back' },
  { program: 'wg', words: 'set*endpoint*', when: 'after', answer: 'rolled-back' },
  { program: 'wg', words: 'set*allowed-ips*', when: 'after', answer: 'rolled-back' },
  { program: 'bridge', words: '*batch.fdb', when: 'after', answer: 'rolled-back' },
  { program: 'ip', words: '*batch.route', when: 'after', answer: 'rolled-back' },
  { program: 'dd', words: '*repair*.json.new*', when: 'before', answer: 'rolled-back' },
  { program: 'mv', words: '*repair*.json.new*', when: 'before', answer: 'rolled-back' },
  { program: 'mv', words: '*repair*.json.new*', when: 'after', answer: 'stored' },
] as const;

export type KillPoint = (typeof killPoints)[number];

/** Before anything is done, half-way, and when all is done. */
export const killPointOfEachAnswer = killPoints.filter(({ words, when }) =>
  ['before *armed/.new*', 'after *batch.vxlan', 'after *repair*.json.new*'].includes(`${when} ${words}`),
);

export const killing = (node: NamespaceNode, { program, words, when }: KillPoint) => {
  const kill = killsItsScript(node.root);
  const point = when === 'before' ? `${kill} && exit 1` : `${real(program)}; ${kill}; exit`;
  return { [program]: `case "$*" in ${words}) ${point} ;; esac; ${real(program)}` };
};
