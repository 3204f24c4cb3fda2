import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { enterHost } from './enter.ts';
import { hereDocument } from './here-document.ts';
import type { LabFleet } from './lab-fleet.ts';
import type { LabHost } from './lab-host.ts';
import type { Names } from './names.ts';
import type { LabOverlay } from './overlays/lab-overlay.ts';
import { podGateway } from './topology.ts';

const EXECUTABLE = 0o755;

/** What the kubelet does for flanneld's pod: whenever it ends, it is started again. The kernel names both after their files. */
const SUPERVISE = `#!/bin/sh
"$1" first >/dev/null 2>&1 </dev/null
while :; do sleep 1; "$1" >/dev/null 2>&1 </dev/null; done
`;

/** subnet.env is what the stub writes last: with it the device and every lease are there. */
const START = `rm -f /run/flannel/subnet.env
"$1" "$2" >/dev/null 2>&1 </dev/null &
until [ -e /run/flannel/subnet.env ]; do sleep 0.05; done
`;
const START_TIMEOUT_MS = 20_000;

/**
 * Starts the stub of flanneld on a host. At its start it does what flanneld does with this overlay: makes the device, if there
 * is one, and programs every lease; writes subnet.env, last of all, where flanneld writes it before the leases. Then it does
 * what flanneld does while no lease changes. Other than flanneld it leaves flannel-wg there when it ends, announces no key, and
 * the first time finds flannel-wg made by `up`.
 *
 * Returns when that is done. Throws when it takes longer than any machine needs.
 */
export async function startFlanneld(
  names: Names,
  host: LabHost,
  overlay: LabOverlay,
  clusterCidr: LabFleet['clusterCidr'],
): Promise<void> {
  const flanneld = join(names.hostDir(host.name), 'flanneld');
  const supervise = join(names.hostDir(host.name), 'supervise');
  await writeExecutable(flanneld, programOf(names, host, overlay, clusterCidr));
  await writeExecutable(supervise, SUPERVISE);
  const { code } = await enterHost(names, host.name, {
    argv: ['sh', '-c', START, 'start', supervise, flanneld],
    timeoutMs: START_TIMEOUT_MS,
  });
  if (code !== 0) throw new Error(`${host.name}: flanneld wrote no subnet.env`);
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, EXECUTABLE);
}

function programOf(names: Names, host: LabHost, overlay: LabOverlay, clusterCidr: string): string {
  const { start, loop } = overlay.flanneld(names, host);
  const subnet = [
    `FLANNEL_NETWORK=${clusterCidr}`,
    `FLANNEL_SUBNET=${podGateway(host)}`,
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
