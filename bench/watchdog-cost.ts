import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { buildWatchdogFrom } from '../monitoring/watchdog/build-watchdog.ts';

/**
 * `node bench/watchdog-cost.ts`: processor time of one run of the watchdog on gpu-1, and its ratio to the floor: listing the same
 * tables. Medians of five.
 */
const ROUNDS = 5;
const floor = 'ip -d -o link; ip address; ip neighbour; ip route; ip -6 route; bridge fdb; wg show wg0 dump';
/** The second line of `times` is of the children. In a pipe it would be of another shell's. */
const timed = 'sh -c "$1" >/dev/null 2>&1; times';
const say = (line: string) => process.stdout.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 1 });
try {
  const least = await cost(floor);
  const whole = await cost(buildWatchdogFrom());
  say(
    `the tables alone ${least} ms, the watchdog ${whole} ms of processor time: ${(whole / Math.max(1, least)).toFixed(1)} times`,
  );
} finally {
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds, user and system, of the script and all that it started. */
async function cost(script: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await fleet.exec('gpu-1', {
      argv: ['sh', '-c', timed, 'timed', script],
      env: { WATCHDOG_OUT: '-' },
      timeoutMs: 60_000,
    });
    const spent = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
    );
    rounds.push(1_000 * spent.reduce((sum, one) => sum + one, 0));
  }
  return Math.round(rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
}
