// Makes a fresh clone ready: installed packages, Node 24 and, on Debian as root, the system packages that the lab needs.
// It runs before anything is installed, on whatever Node is there, so it uses nothing but Node itself. It prints
// nothing when there is nothing to do. Its output goes to standard error, because standard output belongs to the command.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** System packages of the lab, the tests and the checks, each under a program that shows that it is installed. */
const systemPackages = {
  ip: 'iproute2',
  nft: 'nftables',
  conntrack: 'conntrack',
  ethtool: 'ethtool',
  wg: 'wireguard-tools',
  'wireguard-go': 'wireguard-go',
  ping: 'iputils-ping',
  openssl: 'openssl',
  modprobe: 'kmod',
  busybox: 'busybox',
  shellcheck: 'shellcheck',
  chromium: 'chromium',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
};

const say = (text) => process.stderr.write(`restitch: ${text}\n`);

/** Runs a program with its output on standard error. */
function run(program, args, environment = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...environment },
  });
  return result.status === 0;
}

function packagesInstalled() {
  const stamp = join(root, 'node_modules', '.package-lock.json');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function nodeInstalled() {
  const node = join(root, 'node_modules', '.bin', 'node');
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 24;
}

function isInstalled(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** RUNLEVEL keeps Debian from starting services on installation, without leaving a policy-rc.d file behind. */
function installSystemPackages(packages) {
  say(`installing ${packages.join(', ')}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  return run('apt-get', ['update', '-qq'], environment) && run('apt-get', install, environment);
}

if (!packagesInstalled() || !nodeInstalled()) {
  say('installing packages (npm ci)');
  const ok = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']) && nodeInstalled();
  if (!ok) {
    say('npm ci failed, see above. Node 24 comes with the package "node"; its install script must be allowed to run.');
    process.exit(1);
  }
}

const missing = Object.keys(systemPackages).filter((program) => !isInstalled(program));
if (missing.length > 0) {
  const packages = [...new Set(missing.map((program) => systemPackages[program]))];
  const possible = isDebian() && process.getuid?.() === 0;
  if (!possible || !installSystemPackages(packages)) {
    say(
      `not installed: ${missing.join(', ')} (Debian: ${packages.join(' ')}). Whatever needs them is skipped and says so.`,
    );
  }
}
