import type { HostVitals } from '../fleet.ts';
import { enterHost } from './enter.ts';
import type { LabHost } from './lab-host.ts';
import type { Names } from './names.ts';
import { KUBELET_PORT } from './topology.ts';

/**
 * Bound to eth0, so that no packet can take the tunnel: one from a spoke would heal a stale NAT endpoint. A second ping,
 * because a lossy line is a way out. The kubelet is asked for a handshake: a port that is open may have a hung owner.
 */
const LOOK = `
reach() { ping -n -c 1 -W 1 -I eth0 "$1" >/dev/null 2>&1; }
{ reach "$1" || reach "$1"; } && echo way-out
timeout 2 openssl s_client -connect "127.0.0.1:$2" </dev/null >/dev/null 2>&1 && echo kubelet
exit 0
`;

const TIMEOUT_MS = 5_000;

/** A host that is off has neither. */
export async function readVitals(names: Names, { name, uplink }: LabHost): Promise<HostVitals> {
  const argv = ['sh', '-c', LOOK, 'look', uplink, String(KUBELET_PORT)] as const;
  const said = (await enterHost(names, name, { argv, timeoutMs: TIMEOUT_MS })).stdout.split('\n');
  return { wayOut: said.includes('way-out'), kubelet: said.includes('kubelet') };
}
