import type { HostVitals } from '../fleet.ts';
import { enterHost } from './enter.ts';
import type { LabHost } from './lab-host.ts';
import type { Names } from './names.ts';
import { KUBELET_PORT } from './topology.ts';

/**
 * Bound to eth0, so that no packet can take the tunnel: one from a spoke would heal a stale NAT endpoint. A second ping,
 * because a lossy line is a way out.
 */
const LOOK = `
reach() { ping -n -c 1 -W 1 -I eth0 "$1" >/dev/null 2>&1; }
reach "$1" || reach "$1"
`;

/** A handshake: a port that is open may have a hung owner. */
const ASK_KUBELET = 'timeout 2 openssl s_client -connect "127.0.0.1:$1" </dev/null >/dev/null 2>&1';

const TIMEOUT_MS = 5_000;

/** A host that is off has neither. */
export async function readVitals(names: Names, host: LabHost): Promise<HostVitals> {
  const asked = enterHost(names, host.name, {
    argv: ['sh', '-c', ASK_KUBELET, 'ask', String(KUBELET_PORT)],
    timeoutMs: TIMEOUT_MS,
  });
  const [wayOut, { code }] = await Promise.all([hasWayOut(names, host), asked]);
  return { wayOut, kubelet: code === 0 };
}

export async function hasWayOut(names: Names, { name, uplink }: LabHost): Promise<boolean> {
  const argv = ['sh', '-c', LOOK, 'look', uplink] as const;
  return (await enterHost(names, name, { argv, timeoutMs: TIMEOUT_MS })).code === 0;
}
