import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDigests, tableDigests } from '../core/evidence/table-digests.ts';
import { expectedNetwork } from '../core/overlay/registry.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { buildDocument } from '../runbooks/documents/build-document.ts';
import { forwardingLine, manyPeers, neighbourLine, type Peer, routeLine, vxlanNode } from '../test/fakes/many-peers.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/diagnose-cost.ts [--json]`: what one run of the diagnose document costs gpu-1: processes, seconds and characters of
 * output, without a packet, with the second pod network's tables, with the probes of one peer while it is read, with probes alone, of which
 * two are lost, and with thousands of peers, of which it prints all, or what differs from checksums that it is told, or none. Medians of five.
 */
const ROUNDS = 5;
const scripts = join(import.meta.dirname, '..', 'runbooks', 'node');
const { mainSteps } = buildDocument('diagnose', (file) => readFileSync(join(scripts, file), 'utf8'));

const passing = [
  ...['underlay-hub-1/10.0.1.10/56/echo', 'vtep-hub-1/10.42.0.0/56/echo', 'full-hub-1/10.42.0.0/1342/echo'],
  ...['pod-hub-1/10.42.0.1/56/echo', 'tcp-hub-1/10.42.0.0/10250/connect', 'hop-hub-1/10.42.0.254/56/hop'],
];
const lost = ['underlay-gone/10.200.0.99/56/echo', 'vtep-gone/10.42.99.0/56/echo'];
interface Run {
  readonly name: string;
  readonly probes?: readonly string[];
  readonly deviceV6?: string;
  readonly digests?: string;
  /** As the document’s parameter. */
  readonly whole?: 'first' | 'false';
}

const runs: readonly Run[] = [
  { name: 'without probes' },
  { name: 'without probes, of both families', deviceV6: 'flannel-v6.1' },
  { name: 'and 6 probes', probes: passing, whole: 'first' },
  { name: '6 probes alone', probes: passing, whole: 'false' },
  { name: '6 probes alone, and 2 that are lost', probes: [...passing, ...lost], whole: 'false' },
];

/** The hosts' /run lies in it, which is in memory on real ones. */
const memory = '/dev/shm';
const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'restitch-bench-'));
const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 1, variant: 'dual-stack' });
try {
  const rows: (string | number)[][] = [];
  for (const run of runs) rows.push(await measured(run));
  for (const count of [1_000, 5_000]) {
    const peers = manyPeers(count);
    await give(peers);
    const tables = expectedNetwork(peers.map(vxlanNode), peers[0]?.name ?? '').expectedTables('flannel.1');
    const digests = tables && tableDigests(tables);
    rows.push(await measured({ name: `${count} peers` }));
    if (digests !== undefined)
      rows.push(await measured({ name: `${count} peers, told checksums`, digests: formatDigests(digests) }));
    rows.push(await measured({ name: `${count} peers, 6 probes alone`, probes: passing, whole: 'false' }));
  }
  report({ title: 'one run of diagnose', columns: ['with', 'processes', 'seconds', 'characters'], rows });
} finally {
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
}

async function measured(run: Run): Promise<(string | number)[]> {
  const rounds: { processes: number; seconds: number; characters: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await diagnose(run));
  const of = (name: 'processes' | 'seconds' | 'characters', digits?: number) =>
    median(
      rounds.map((round) => round[name]),
      digits,
    );
  return [run.name, of('processes'), of('seconds', 2), of('characters')];
}

/** Their entries, as flanneld writes them. */
async function give(peers: readonly Peer[]): Promise<void> {
  const batches = [
    ['ip', peers.flatMap((peer) => [neighbourLine(peer), routeLine(peer)])],
    ['bridge', peers.map(forwardingLine)],
  ] as const;
  for (const [program, lines] of batches) {
    const { code, stderr } = await fleet.exec('gpu-1', {
      argv: [program, '-batch', '-'],
      stdin: `${lines.join('\n')}\n`,
      timeoutMs: 60_000,
    });
    if (code !== 0) throw new Error(`${program} -batch: ${stderr}`);
  }
}

async function diagnose({ probes = [], deviceV6 = '', digests = '', whole = 'first' }: Run) {
  const env = {
    SSM_flannelDevice: 'flannel.1',
    SSM_flannelDeviceV6: deviceV6,
    SSM_wireguardDevice: 'wg0',
    SSM_probes: probes.join(','),
    SSM_focus: '10.200.0.11',
    SSM_ways: '10.0.1.10,10.42.0.0,10.42.0.1',
    SSM_kubeletPort: '10250',
    SSM_digests: digests,
    SSM_whole: whole,
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
