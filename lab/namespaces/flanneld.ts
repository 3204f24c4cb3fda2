import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { enterHost } from './enter.ts';
import { hereDocument } from './here-document.ts';
import type { Names } from './names.ts';
import type { LabOverlay } from './overlays/lab-overlay.ts';
import { CLUSTER_CIDR, type LabHost } from './topology.ts';

const EXECUTABLE = 0o755;

/** What the kubelet does for flanneld's pod: whenever it ends, it is started again. The kernel names both after their files. */
const SUPERVISE = `#!/bin/sh
"$1" first >/dev/null 2>&1 </dev/null
while :; do sleep 1; "$1" >/dev/null 2>&1 </dev/null; done
`;

/**
 * Starts the stub of flanneld on a host. At its start it does what flanneld does with this overlay: makes the device, if there
 * is one, and programs every lease; writes subnet.env, last of all, where flanneld writes it before the leases. Then it does
 * what flanneld does while no lease changes. Other than flanneld it leaves flannel-wg there when it ends, announces no key, and
 * the first time finds flannel-wg made by `up`.
 */
export async function startFlanneld(names: Names, host: LabHost, overlay: LabOverlay): Promise<void> {
  const flanneld = join(names.hostDir(host.name), 'flanneld');
  const supervise = join(names.hostDir(host.name), 'supervise');
  await writeExecutable(flanneld, programOf(names, host, overlay));
  await writeExecutable(supervise, SUPERVISE);
  const start = '"$1" "$2" >/dev/null 2>&1 </dev/null &';
  await enterHost(names, host.name, {
    argv: ['sh', '-c', start, 'start', supervise, flanneld],
    timeoutMs: 5_000,
  });
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, EXECUTABLE);
}

function programOf(names: Names, host: LabHost, overlay: LabOverlay): string {
  const { start, loop } = overlay.flanneld(names, host);
  const subnet = [
    `FLANNEL_NETWORK=${CLUSTER_CIDR}`,
    `FLANNEL_SUBNET=10.42.${host.podNumber}.1/24`,
    `FLANNEL_MTU=${overlay.podMtuBytes(host)}`,
    'FLANNEL_IPMASQ=true',
  ];
  return [
    '#!/bin/sh',
    ...start,
    ...hereDocument('cat >/run/flannel/subnet.env', subnet),
    'while :; do',
    ...loop,
    'done',
    '',
  ].join('\n');
}
