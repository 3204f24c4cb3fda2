import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runProgram } from '../../../lab/run-program.ts';
import { fleetDashboard } from '../../../monitoring/dashboards/fleet-dashboard.ts';
import { nodeDashboard } from '../../../monitoring/dashboards/node-dashboard.ts';

const installed = (await runProgram(['sh', '-c', 'command -v promtool'])).code === 0;
const Board = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

describe.skipIf(!installed)(`the dashboards${installed ? '' : ' (skipped: promtool is not installed)'}`, () => {
  it.each([
    ['fleet', fleetDashboard()],
    ['node', nodeDashboard()],
  ])('ask what Prometheus understands: %s', async (_name, board) => {
    const { panels } = Board.parse(JSON.parse(JSON.stringify(board)));
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const rules = expressions.map((expr, index) => ({ record: `panel:number${index}`, expr }));
    const folder = await mkdtemp(join(tmpdir(), 'restitch-dashboards-'));
    try {
      const file = join(folder, 'panels.yml');
      // YAML holds JSON.
      await writeFile(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      const checked = await runProgram(['promtool', 'check', 'rules', file], { timeoutMs: 60_000 });
      expect(checked.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
