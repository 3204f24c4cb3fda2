import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeObject } from '../core/evidence/node-object.ts';
import { formatOperation } from '../core/grammar/operation.ts';
import { expectedNetwork } from '../core/overlay/registry.ts';
import { planFullState } from '../core/repair/plan-entries.ts';
import type { DocumentName } from '../core/runbook/node-command.ts';
import type { Fleet } from '../lab/fleet.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { startLossProbe } from '../lab/probe-loss.ts';
import { buildDocument } from '../runbooks/documents/build-document.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/change-loss.ts [--json]`: how many packets of a 10 ms ping between the pods of hub-1 and gpu-1 a change on
 * gpu-1 costs, compared with no change for the same time, with 3 and with 203 peers. Medians of five.
 */
const ROUNDS = 5;
const MORE_PEERS = 200;
const scripts = join(import.meta.dirname, '..', 'runbooks', 'node');
const keys = { count: 0 };

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 1 });
try {
  const rows: (string | number)[][] = [];
  for (const peers of [0, MORE_PEERS]) {
    if (peers > 0) await apply(entriesOfMore(peers));
    const label = `, ${peers + fleet.hosts.length - 1} peers`;
    const entries = [...entriesOfHosts(fleet), ...entriesOfMore(peers)];
    const changes: readonly (readonly [string, () => Promise<number>])[] = [
      ['nothing', () => sleep(300, 0)],
      [
        'reconcile of one entry of another peer',
        () => apply([`fdb replace ${macOf(250)} dst 10.0.1.${next() % 200} dev flannel.1`]),
      ],
      ['MTU of flannel.1', () => apply([`link mtu flannel.1 ${1300 + (next() % 50)}`])],
      ['flannel.1 made anew', () => makeAnew(entries)],
      ['bounce of flannel.1', () => run('bounce', { device: 'flannel.1', operations: entries.join(',') })],
    ];
    for (const [name, change] of changes) {
      const rounds: { lost: number; seconds: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(change));
      const lost = median(rounds.map((round) => round.lost));
      const seconds = median(
        rounds.map((round) => round.seconds),
        2,
      );
      rows.push([name + label, lost, lost * 10, seconds]);
    }
  }
  report({
    title: 'packets that a change loses, of one every 10 ms',
    columns: ['change', 'lost', 'that is ms', 'seconds of the document'],
    rows,
  });
} finally {
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
}

async function measure(change: () => Promise<number>): Promise<{ lost: number; seconds: number }> {
  const probe = await startLossProbe(fleet, folder, 'pod-hub-1', 'gpu-1');
  await sleep(300);
  const begin = Date.now();
  const seconds = await change();
  await sleep(500);
  return { lost: (await probe.lostBetween(begin - 200, Date.now())) ?? Number.POSITIVE_INFINITY, seconds };
}

function apply(lines: readonly string[]): Promise<number> {
  return run('apply', { operations: lines.join(','), check: 'false' });
}

/** Turns learning on first: the device then differs from the wanted one and is made again, but still carries packets. */
async function makeAnew(entries: readonly string[]): Promise<number> {
  const learning = ['ip', 'link', 'set', 'flannel.1', 'type', 'vxlan', 'learning'] as const;
  await fleet.exec('gpu-1', { argv: learning, timeoutMs: 5_000 });
  const device = 'id 1 dstport 8472 local 10.200.0.11 dev wg0 address 0a:58:0a:2a:0b:00 mtu 1370';
  return apply([
    `vxlan create flannel.1 ${device}`,
    'link up flannel.1',
    'addr replace 10.42.11.0/32 dev flannel.1',
    ...entries,
  ]);
}

/** Runs a document on gpu-1 as the agent does, and confirms it. Returns the seconds that it took. */
async function run(document: DocumentName, parameters: Readonly<Record<string, string>>): Promise<number> {
  const n = next();
  const operationKey = `bench.${n}`;
  const begin = Date.now();
  await runScript(document, { ...parameters, operationKey, fencingToken: String(n), confirmWithinSeconds: '60' });
  const seconds = (Date.now() - begin) / 1_000;
  await runScript('confirm', { operationKey });
  return seconds;
}

async function runScript(document: DocumentName, parameters: Readonly<Record<string, string>>): Promise<void> {
  const { mainSteps } = buildDocument(document, (file) => readFileSync(join(scripts, file), 'utf8'));
  const env = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`SSM_${name}`, value]));
  const argv = ['sh', '-c', mainSteps[0].inputs.runCommand.join('\n')] as const;
  const { code, stdout, stderr } = await fleet.exec('gpu-1', { argv, env, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`${document}: exit ${code}: ${stdout} ${stderr}`);
}

function next(): number {
  keys.count += 1;
  return keys.count;
}

function entriesOfHosts({ hosts }: Fleet): readonly string[] {
  const nodes = hosts.map(({ node }) =>
    NodeObject.parse({ metadata: { name: node.name, annotations: node.annotations }, spec: { podCIDR: node.podCIDR } }),
  );
  const [part] = planFullState(expectedNetwork(nodes, 'gpu-1'), 'gpu-1', 'flannel.1').hosts;
  return (part?.operations ?? []).map(formatOperation);
}

function macOf(n: number): string {
  return `0a:58:0a:2b:${n.toString(16).padStart(2, '0')}:00`;
}

/** Entries of peers that do not exist. */
function entriesOfMore(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => [
    `neigh replace 10.43.${n}.0 lladdr ${macOf(n)} dev flannel.1`,
    `fdb replace ${macOf(n)} dst 10.0.3.${n} dev flannel.1`,
    `route replace 10.43.${n}.0/24 via 10.43.${n}.0 dev flannel.1 onlink`,
  ]).flat();
}
