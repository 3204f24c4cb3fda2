import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';

const tools = [
  ...['ip', 'bridge', 'ss', 'wg', 'wireguard-go', 'nft', 'conntrack', 'ethtool', 'ping', 'sysctl', 'pkill'],
  ...['unshare', 'nsenter', 'openssl'],
];
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Why this machine cannot run the fleet of network namespaces; empty when it can. Tries it, on a namespace of its own. */
export async function namespaceObstacles(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [`${process.platform} has no Linux network namespaces`];
  if (process.getuid?.() !== 0) return ['network namespaces need root'];
  const missing = tools.filter((tool) => !isInstalled(tool)).map((tool) => `${tool} is not installed`);
  if (!canOpen('/dev/net/tun')) missing.push('/dev/net/tun cannot be opened');
  return missing.length > 0 ? missing : tryKernel();
}

function isInstalled(tool: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => canOpen(join(folder, tool), constants.X_OK));
}

function canOpen(path: string, mode = constants.R_OK | constants.W_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // Absent or not ours to use: either way not for us.
    return false;
  }
}

async function tryKernel(): Promise<readonly string[]> {
  const name = `rstry-${process.pid}`;
  const steps = [
    ['ip', 'netns', 'add', name],
    ['ip', '-n', name, 'link', 'add', 'flannel.1', 'type', 'vxlan', 'id', '1', 'dstport', '8472', 'local', '192.0.2.1'],
    ['ip', 'netns', 'exec', name, 'nft', 'add', 'table', 'ip', 'restitch'],
  ];
  try {
    for (const step of steps) {
      const result = await runProgram(step);
      if (result.code !== 0) return [`${step.join(' ')}: ${result.stderr.trim()}`];
    }
    return [];
  } finally {
    await runProgram(['ip', 'netns', 'del', name]);
  }
}
