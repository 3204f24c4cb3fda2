import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecResult } from '../lab/fleet.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { buildWatchdogFrom } from '../monitoring/watchdog/build-watchdog.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/watchdog-cost.ts [--json]`: processor time of one run of the watchdog on gpu-1, with the lab's peers and with a thousand, and its
 * ratio to the floor: listing the same tables. Medians of three times five runs.
 */
const ROUNDS = 3;
/** The kernel counts processor time in steps of 10 ms. */
const RUNS = 5;
const MANY = 1_000;
const HOST = 'gpu-1';
const floor = 'ip -d -o link; ip address; ip neighbour; ip route; ip -6 route; bridge fdb; wg show wg0 dump';
/** The second line of `times` is of the children. In a pipe it would be of another shell's. */
const timed = `for _ in ${'x '.repeat(RUNS)}; do sh -c "$1" >/dev/null 2>&1; done; times`;

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 1 });
try {
  const few = await measure('3 peers');
  await addPeers();
  const rows = [few, await measure(`${MANY} peers`)];
  report({
    title: 'processor time of a run of the watchdog',
    columns: ['with', 'the tables alone, ms', 'ms', 'ratio'],
    rows,
  });
} finally {
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
}

async function measure(what: string): Promise<readonly [string, number, number, number]> {
  const least = await cost(floor);
  const whole = await cost(buildWatchdogFrom());
  return [what, least, whole, Number((whole / Math.max(1, least)).toFixed(1))];
}

/** Every entry of a thousand further peers, as flannel programs it, and the file that names them. */
async function addPeers(): Promise<void> {
  const peers = Array.from({ length: MANY }, (_, index) => {
    const [high, low] = [index >> 8, index & 255];
    const hex = (byte: number) => byte.toString(16).padStart(2, '0');
    return {
      name: `n${index}`,
      pods: `10.${100 + high}.${low}.0`,
      mac: `02:00:00:00:${hex(high)}:${hex(low)}`,
      ip: `10.200.${100 + high}.${low}`,
    };
  });
  const self = 'self gpu-1 overlay=vxlan device=flannel.1 tunnel=wg0 site=dc-a role=gpu pool=gpu hub=hub-1';
  const file = [
    self,
    ...peers.map(({ name, ip, pods, mac }) => `peer ${name} site=dc-b role=gpu ip=${ip} pods=${pods}/24 mac=${mac}`),
    '',
  ];
  await feed('ip -batch -', [
    ...peers.map(({ pods, mac }) => `neighbour replace ${pods} lladdr ${mac} dev flannel.1 nud permanent`),
    ...peers.map(({ pods }) => `route replace ${pods}/24 via ${pods} dev flannel.1 onlink`),
  ]);
  await feed(
    'bridge -batch -',
    peers.map(({ mac, ip }) => `fdb replace ${mac} dev flannel.1 dst ${ip} self permanent`),
  );
  await feed('cat >/var/lib/restitch/expected-network', file);
}

async function feed(command: string, lines: readonly string[]): Promise<void> {
  const { code, stderr } = await run(['sh', '-c', command], lines.join('\n'));
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Milliseconds, user and system, of the script and all that it started. */
async function cost(script: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await run(['sh', '-c', timed, 'timed', script]);
    const spent = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
    );
    rounds.push((1_000 * spent.reduce((sum, one) => sum + one, 0)) / RUNS);
  }
  return median(rounds);
}

function run(argv: readonly [string, ...string[]], stdin = ''): Promise<ExecResult> {
  return fleet.exec(HOST, { argv, stdin, env: { WATCHDOG_OUT: '-' }, timeoutMs: 60_000 });
}
