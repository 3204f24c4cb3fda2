import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { type NamespaceNode, peerOperations } from './namespace-pair.ts';

type Parameters = Readonly<Record<string, string>> & { readonly operationKey: string };

let keys = 0;

/** Parameters of an apply with a key of its own, of a peer's entries; `others` come last. */
export function applyParameters(others: Readonly<Record<string, string>> = {}): Parameters {
  keys += 1;
  return {
    operationKey: `inc-1.attack.${keys}`,
    fencingToken: '5',
    operations: peerOperations.join(','),
    check: 'false',
    confirmWithinSeconds: '0',
    ...others,
  };
}

export const armedParameters = () => applyParameters({ confirmWithinSeconds: '60' });

export function bounceParameters(): Parameters {
  return { ...armedParameters(), device: 'flannel.1' };
}

const diagnose = () => ({
  operationKey: '',
  flannelDevice: 'flannel.1',
  wireguardDevice: 'wg0',
  probes: '',
  focus: '',
});

export function expectParameters(generation = '1700000000000', peers = 1): Parameters {
  const lines = [
    'self gpu-1 overlay=vxlan device=flannel.1 ip=192.0.2.1 pods=10.42.1.0/24',
    ...Array.from({ length: peers }, (_, n) => `peer gpu-${n + 2} ip=192.0.2.${n + 2} pods=10.42.${n + 2}.0/24`),
  ];
  return { operationKey: '', generation, content: gzipSync(`${lines.join('\n')}\n`).toString('base64') };
}

/** Every document that Restitch sends to a node, as it would act on a pair's near node. */
export const everyDocument: readonly (readonly [DocumentName, () => Parameters])[] = [
  ['diagnose', diagnose],
  ['apply', armedParameters],
  ['bounce', bounceParameters],
  ['confirm', armedParameters],
  ['rollback', armedParameters],
  ['restart-agent', armedParameters],
  ['read-journal', armedParameters],
  ['expect', () => expectParameters()],
];

/** What lies in the scripts' folder of work, but for the changes that are open or were: a lock, working folders. */
export async function leftAtWork({ root }: NamespaceNode): Promise<readonly string[]> {
  const names = await readdir(join(root, 'run/restitch')).catch(() => []);
  const armed = await readdir(join(root, 'run/restitch/armed')).catch(() => []);
  return [...names.filter((name) => name !== 'armed'), ...armed.filter((name) => name.startsWith('.'))];
}

/** A systemd that runs a k3s agent, and writes down when it restarts it. `first` runs before that. */
export const systemctlThatRestarts = ({ root }: NamespaceNode, first = ':') =>
  `case "$1 $2" in
'is-active k3s-agent') echo active ;;
'restart k3s-agent') ${first}; echo restarted >>'${root}/restarts' ;;
*) exit 3 ;;
esac`;
