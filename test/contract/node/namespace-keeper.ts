import { spawn } from 'node:child_process';

/**
 * Waits until standard input ends, which it does with the test process however that ends, and takes away what is left:
 * every process in the namespaces of this prefix, the namespaces, the sockets of wireguard-go, the state folders and what is mounted
 * in them.
 */
const KEEPER = `
read -r _
ip netns list | awk -v prefix="$1" 'index($1, prefix) == 1 { print $1 }' | while read -r name; do
  ip netns pids "$name" | xargs -r kill -KILL
  ip netns del "$name"
  rm -f "/run/wireguard/wg\${name#rsn}.sock"
done
awk -v prefix="$2" 'index($2, prefix) == 1 { print $2 }' /proc/mounts | xargs -r umount -l
rm -rf "$2"*
`;

let kept = false;

/** Starts the keeper of this process's namespaces, once. Both arguments are prefixes that no other process uses. */
export function keepNamespaces(namePrefix: string, folderPrefix: string): void {
  if (kept) return;
  kept = true;
  // In a session of its own: Ctrl-C ends the tests and not their keeper.
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', namePrefix, folderPrefix], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keeper.unref();
  // A pipe of a child process is a socket, which alone would keep this process from ending.
  if (keeper.stdin !== null && 'unref' in keeper.stdin && typeof keeper.stdin.unref === 'function')
    keeper.stdin.unref();
}
