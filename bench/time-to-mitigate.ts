import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceiptEntry } from '../core/incident/receipt.ts';
import { type SegmentName, timeBySegment } from '../core/incident/segments.ts';
import { faultForDrill } from '../lab/faults/catalogue.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { loadLocalConfig } from '../local/config.ts';
import { runDrill } from '../local/drill.ts';
import { startRuntime } from '../local/runtime.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/time-to-mitigate.ts [--json]`: a node that lost its forwarding entries, from the webhook to the node given back, and where the seconds
 * went: on the simulated fleet with the stand-in of Run Command as it is, and with an agent that takes two seconds to pick a command up, so that
 * the rounds of commands show; and where this machine has network namespaces, on the lab of them. The stable wait is three seconds.
 * Medians of three, with the slow agent one; each in a state folder of its own.
 */
const STABLE_SECONDS = 3;
const SLOW_MS = 2_000;
const FAULT = 'fdb-flushed';
const parts = ['evidence', 'decision', 'execution', 'verification'] as const;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Setting {
  readonly name: string;
  readonly fleet: 'simulated' | 'namespaces';
  readonly slowMs: number;
  readonly rounds: number;
}

const settings: readonly Setting[] = [
  { name: 'simulated fleet', fleet: 'simulated', slowMs: 0, rounds: 3 },
  { name: `simulated fleet, ${SLOW_MS / 1_000} s a command`, fleet: 'simulated', slowMs: SLOW_MS, rounds: 1 },
  { name: 'network namespaces', fleet: 'namespaces', slowMs: 0, rounds: 3 },
];
const obstacles = await namespaceObstacles();
const possible = settings.filter(({ fleet }) => fleet === 'simulated' || obstacles.length === 0);

const rows: (string | number)[][] = [];
for (const setting of possible) {
  const drills: number[][] = [];
  for (let round = 0; round < setting.rounds; round++) drills.push(secondsOf(await drill(setting)));
  rows.push([
    setting.name,
    ...(drills[0] ?? []).map((_, column) =>
      median(
        drills.map((each) => each[column] ?? Number.NaN),
        1,
      ),
    ),
  ]);
}
const leftOut = obstacles.length === 0 ? '' : `; without network namespaces: ${obstacles.join('; ')}`;
report({
  title: `seconds from the webhook of ${FAULT}, the stable wait ${STABLE_SECONDS} s${leftOut}`,
  columns: ['fleet', 'first operation', 'verified', 'given back', ...parts],
  rows,
});

async function drill({ fleet: kind, slowMs }: Setting): Promise<readonly ReceiptEntry[]> {
  const fault = faultForDrill(FAULT);
  if (fault === undefined) throw new Error(`no fault is called ${FAULT}`);
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
  try {
    const config = loadLocalConfig({ FLEET: kind, STABLE_SECONDS: String(STABLE_SECONDS) });
    const runtime = await startRuntime({ stateDir, port: 0, config, log });
    try {
      const { fleet, ssm } = runtime.services.own;
      if (fleet === undefined || ssm === undefined) throw new Error('this needs a fleet and Run Command of its own');
      if (slowMs > 0)
        ssm.faults.add({ kind: 'slow-start', document: null, instanceId: null, times: 1_000, milliseconds: slowMs });
      const { healed, why, receipt } = await runDrill(
        runtime,
        fleet,
        fault,
        () => undefined,
        new AbortController().signal,
      );
      if (!healed) throw new Error(`the drill did not heal: ${why}`);
      return receipt;
    } finally {
      await runtime.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** In the order of the columns. */
function secondsOf(receipt: readonly ReceiptEntry[]): number[] {
  const { segments } = timeBySegment(receipt);
  const secondsIn = (part: SegmentName) => segments.find(({ name }) => name === part)?.seconds ?? Number.NaN;
  const opened = receipt.find(({ event }) => event === 'opened')?.at ?? Number.NaN;
  const after = (found: ReceiptEntry | undefined) => ((found?.at ?? Number.NaN) - opened) / 1_000 + secondsIn('queue');
  const verified = receipt.filter(({ event }) => event === 'diagnosis')[1];
  return [
    after(receipt.find(({ event }) => event === 'command')),
    after(verified),
    after(receipt.find(({ event }) => event === 'closed')),
    ...parts.map(secondsIn),
  ];
}
