import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ExecRequest, ExecResult } from '../fleet.ts';
import { isSameProcess, startTimeOf } from '../process-identity.ts';
import { runProgram } from '../run-program.ts';
import type { Names } from './names.ts';

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const MUST_TIMEOUT_MS = 10_000;

/**
 * The first process of a host, which keeps the host's own processes, host name and file system: its /run (WireGuard's
 * sockets would collide between hosts, because they are paths), its /var/lib. `ip netns exec` gives it the right /sys.
 * The shell's only child is number 1 of the new process namespace; ignoring SIGCHLD makes the kernel bury its orphans.
 */
const START = `
{
  read -r pid rest </proc/self/stat &&
  mount -t proc proc /proc && mount --bind "$1/run" /run && mount -t tmpfs tmpfs /var/lib &&
  mkdir /var/lib/restitch /var/lib/cni && mount --bind "$2" /var/lib/restitch && mount --bind "$1/var-lib-cni" /var/lib/cni &&
  hostname "$3" && echo "$pid" && exec env --ignore-signal=CHLD sleep infinity >/dev/null 2>&1 </dev/null
} &
`;

const FirstProcess = z.object({ pid: z.int(), startTime: z.string() });

const firstProcessFile = (names: Names, host: string) => join(names.hostDir(host), 'first-process.json');

/** Switches a host on: until its first process is ended, programs can be run on it. */
export async function startHost(names: Names, host: string): Promise<void> {
  const { stdout, stderr } = await runProgram([
    ...['ip', 'netns', 'exec', names.of(host), 'unshare', '--uts', '--mount', '--pid', '--propagation', 'slave'],
    ...['sh', '-c', START, 'start', names.hostDir(host), names.durableDir(host), host],
  ]);
  const pid = Number(stdout.trim());
  const startTime = pid > 0 ? startTimeOf(pid) : undefined;
  if (startTime === undefined) throw new Error(`${host} does not start: ${stderr.trim()}`);
  await writeFile(firstProcessFile(names, host), JSON.stringify({ pid, startTime }));
}

/** Runs a program "on" a host. On a host that is off nothing runs. */
export async function enterHost(names: Names, host: string, request: ExecRequest): Promise<ExecResult> {
  const pid = await livingHost(names, host);
  if (pid === undefined) return { code: null, timedOut: false, stdout: '', stderr: `${host} is off\n` };
  return runIn(['nsenter', '--target', String(pid), '--net', '--mount', '--uts', '--pid', '--'], request);
}

/** The same for what must succeed. Throws with the program's words when it does not. */
export async function mustEnter(
  names: Names,
  host: string,
  argv: readonly [string, ...string[]],
  stdin?: string,
): Promise<void> {
  const input = stdin === undefined ? {} : { stdin };
  const result = await enterHost(names, host, { argv, timeoutMs: MUST_TIMEOUT_MS, ...input });
  if (result.code !== 0) throw new Error(`${host}: ${argv.join(' ')}: ${result.stderr.trim()}`);
}

/** Runs a program in the network of a router or pod; it sees this machine's files. */
export function enterNetwork(names: Names, place: string, request: ExecRequest): Promise<ExecResult> {
  return runIn(['ip', 'netns', 'exec', names.of(place)], request);
}

function runIn(prefix: readonly string[], { argv, env, stdin, timeoutMs }: ExecRequest): Promise<ExecResult> {
  return runProgram([...prefix, ...argv], {
    env: { PATH, ...env },
    timeoutMs,
    ...(stdin === undefined ? {} : { stdin }),
  });
}

/** Its start time tells it apart from a later process of this machine with the same number, where nothing may be run. */
async function livingHost(names: Names, host: string): Promise<number | undefined> {
  try {
    const first = FirstProcess.parse(JSON.parse(await readFile(firstProcessFile(names, host), 'utf8')));
    return isSameProcess(first) ? first.pid : undefined;
  } catch {
    // Never started, or taken down.
    return undefined;
  }
}
