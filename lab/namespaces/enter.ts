import { join } from 'node:path';
import type { ExecRequest, ExecResult } from '../fleet.ts';
import { runProgram } from '../run-program.ts';
import type { Names } from './names.ts';

/**
 * The host's own file system on top of its network namespace, made anew for every command and gone with it: its /run
 * (WireGuard's sockets would collide between hosts, because they are paths), its /var/lib/restitch, its host name.
 * `ip netns exec` itself gives a private mount namespace and the right /sys.
 */
const ENTER = `
mount --bind "$1/run" /run && mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/restitch &&
mount --bind "$2" /var/lib/restitch && hostname "$3" || exit 126
shift 3
exec "$@"
`;

/** Runs a program "on" a host. */
export function enterHost(names: Names, host: string, request: ExecRequest): Promise<ExecResult> {
  const argv = [
    ...['ip', 'netns', 'exec', names.of(host), 'unshare', '--uts', 'sh', '-c', ENTER, 'enter'],
    ...[join(names.runDir, host), names.durableDir(host), host],
    ...request.argv,
  ];
  return runProgram(argv, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...request.env },
    timeoutMs: request.timeoutMs,
    ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
  });
}
