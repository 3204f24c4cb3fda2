import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { buildDocument } from '../runbooks/documents/build-document.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/diagnose-cost.ts [--json]`: what one run of the diagnose document costs gpu-1: processes, seconds and characters of
 * output, without a packet, with the probes of one peer, with probes of which two are lost, and with the second pod network's tables.
 * Medians of five.
 */
const ROUNDS = 5;
const scripts = join(import.meta.dirname, '..', 'runbooks', 'node');
const { mainSteps } = buildDocument('diagnose', (file) => readFileSync(join(scripts, file), 'utf8'));

const passing = [
  ...['underlay-hub-1/10.0.1.10/56/echo', 'vtep-hub-1/10.42.0.0/56/echo', 'full-hub-1/10.42.0.0/1342/echo'],
  ...['pod-hub-1/10.42.0.1/56/echo', 'tcp-hub-1/10.42.0.0/10250/connect', 'hop-hub-1/10.42.0.254/56/hop'],
];
const lost = ['underlay-gone/10.200.0.99/56/echo', 'vtep-gone/10.42.99.0/56/echo'];
const runs = [
  ['without probes', []],
  ['without probes, of both families', [], 'flannel-v6.1'],
  ['6 probes', passing],
  ['6 probes, and 2 that are lost', [...passing, ...lost]],
] as const;

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 1, variant: 'dual-stack' });
try {
  const rows: (string | number)[][] = [];
  for (const [name, probes, deviceV6 = ''] of runs) {
    const rounds: { processes: number; seconds: number; characters: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await diagnose(probes, deviceV6));
    rows.push([
      name,
      median(rounds.map(({ processes }) => processes)),
      median(
        rounds.map(({ seconds }) => seconds),
        2,
      ),
      median(rounds.map(({ characters }) => characters)),
    ]);
  }
  report({ title: 'one run of diagnose', columns: ['with', 'processes', 'seconds', 'characters'], rows });
} finally {
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
}

async function diagnose(probes: readonly string[], deviceV6: string) {
  const env = {
    SSM_flannelDevice: 'flannel.1',
    SSM_flannelDeviceV6: deviceV6,
    SSM_wireguardDevice: 'wg0',
    SSM_probes: probes.join(','),
    SSM_focus: '10.200.0.11',
    SSM_ways: '10.0.1.10,10.42.0.0,10.42.0.1',
    SSM_kubeletPort: '10250',
  };
  const before = await lastProcess();
  const begin = Date.now();
  const argv = ['sh', '-c', mainSteps[0].inputs.runCommand.join('\n')] as const;
  const { code, stdout, stderr } = await fleet.exec('gpu-1', { argv, env, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`exit ${code}: ${stdout} ${stderr}`);
  const seconds = (Date.now() - begin) / 1_000;
  return { processes: (await lastProcess()) - before, seconds, characters: stdout.length };
}

/** The number of the newest process within the host, which has a PID namespace of its own. */
async function lastProcess(): Promise<number> {
  const argv = ['cat', '/proc/sys/kernel/ns_last_pid'] as const;
  const { stdout } = await fleet.exec('gpu-1', { argv, timeoutMs: 5_000 });
  return Number(stdout);
}
