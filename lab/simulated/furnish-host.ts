import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from '../namespaces/lab-host.ts';
import { vxlanMtuBytes } from '../namespaces/overlays/vxlan.ts';
import { CLUSTER_CIDR } from '../namespaces/topology.ts';
import { leasePodAddress } from '../pod-address-lease.ts';
import { simulatedPrograms } from './run-command.ts';
import type { SimulatedPlaces } from './simulated-places.ts';

const EXECUTABLE = 0o755;
/** By their paths: in a host's PATH the first `bash` is the host's own simulated one. */
const BASHES = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'];

/** A host's folders, flannel's subnet.env, and its programs: each is a call of the simulation with the host's name. */
export async function furnishHost(places: SimulatedPlaces, host: LabHost): Promise<void> {
  const { name } = host;
  const bin = places.bin(name);
  await mkdir(places.durableDir(name), { recursive: true });
  await mkdir(bin, { recursive: true });
  await Promise.all([
    writeSubnetEnv(places, host),
    writeKernelFiles(places, name),
    leasePodAddress(places.addressLeases(name), host),
    ...simulatedPrograms.map((program) =>
      writeFile(join(bin, program), programText(places, name, program), { mode: EXECUTABLE }),
    ),
    writeFile(join(bin, 'uname'), unameText(name), { mode: EXECUTABLE }),
  ]);
}

/** A socket that listens on TCP port 10250 of every address, as proc(5) lists it. */
const kubeletSocket = '   0: 00000000:280A 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1';

/** What a host has in the place of /proc and /sys. It counts nothing. */
async function writeKernelFiles(places: SimulatedPlaces, host: string): Promise<void> {
  const proc = join(places.root(host), 'proc');
  const modules = join(places.root(host), 'sys', 'module');
  await mkdir(join(proc, 'net'), { recursive: true });
  await mkdir(join(proc, 'sys', 'kernel'), { recursive: true });
  for (const module of ['vxlan', 'wireguard', 'br_netfilter']) await mkdir(join(modules, module), { recursive: true });
  await writeFile(join(proc, 'net', 'tcp'), `  sl  local_address rem_address   st\n${kubeletSocket}\n`);
  await writeFile(join(proc, 'sys', 'kernel', 'osrelease'), '6.12.0-simulated\n');
}

/** What flanneld tells the CNI plug-in. */
export async function writeSubnetEnv(places: SimulatedPlaces, host: LabHost): Promise<void> {
  const folder = join(places.run(host.name), 'flannel');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'subnet.env'),
    `FLANNEL_NETWORK=${CLUSTER_CIDR}\nFLANNEL_SUBNET=10.42.${host.podNumber}.1/24\nFLANNEL_MTU=${vxlanMtuBytes(host)}\nFLANNEL_IPMASQ=true\n`,
  );
}

/**
 * Asks the process that serves the fleet, and starts Node when there is none, or no Bash to ask with. A batch reads files
 * and standard input of its own, which only a process on the spot can.
 */
function programText(places: SimulatedPlaces, host: string, program: string): string {
  const words = [process.execPath, '--no-warnings', places.programs, places.network, host, program];
  const cache = quote(join(places.runDir, 'compile-cache'));
  const alone = `NODE_COMPILE_CACHE=${cache} exec ${words.map(quote).join(' ')} "$@"`;
  const bash = BASHES.find((path) => existsSync(path));
  if (bash === undefined) return `#!/bin/sh\n${alone}\n`;
  return `#!${bash}
ask() {
  case " $* " in *' -batch '*) return 1 ;; esac
  { read -r port token <${quote(places.served)} && exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf '%s\\0' "$token" ${quote(host)} ${quote(program)} "$#" "$@" >&3
  IFS= read -r -u 3 -d '' code && IFS= read -r -u 3 -d '' out && IFS= read -r -u 3 -d '' err
}
if ask "$@"; then
  printf %s "$out"
  printf %s "$err" >&2
  exit "$code"
fi
${alone}
`;
}

function unameText(host: string): string {
  return `#!/bin/sh\nif [ "$*" = -n ]; then echo ${quote(host)}; else exec /bin/uname "$@"; fi\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
