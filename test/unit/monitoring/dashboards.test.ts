import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fleetDashboard } from '../../../monitoring/dashboards/fleet-dashboard.ts';
import { nodeDashboard } from '../../../monitoring/dashboards/node-dashboard.ts';

const Panel = z.object({
  title: z.string().min(1),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  datasource: z.object({ uid: z.literal('$prometheus') }).optional(),
  targets: z.array(z.object({ expr: z.string().min(1) })).default([]),
});
const Board = z.object({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.int(),
  panels: z.array(Panel),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
});
const boards = [fleetDashboard(), nodeDashboard()].map((board) => Board.parse(JSON.parse(JSON.stringify(board))));

const folder = join(import.meta.dirname, '..', '..', '..', 'monitoring', 'watchdog', 'node');
const metrics = new Set(
  readFileSync(join(folder, 'metrics.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('|')[0] ?? ''),
);

describe.each(boards.map((board) => [board.title, board] as const))('the dashboard %s', (_title, board) => {
  const expressions = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  it('asks for metrics of the watchdog, and for alerts', () => {
    const asked = expressions.flatMap((expr) => expr.match(/\b(?:restitch|vxlan|flannel)_[a-z0-9_]+\b/g) ?? []);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !metrics.has(name) && name !== 'restitch_class')).toEqual([]);
  });

  it('uses the variables that it has, and no others', () => {
    const known = board.templating.list.map(({ name }) => name);
    const used = expressions.flatMap((expr) => [...expr.matchAll(/\$([a-z]+)/g)].map(([, name]) => name ?? ''));
    expect([...new Set(used)].filter((name) => !known.includes(name))).toEqual([]);
    expect(known).toContain('prometheus');
  });

  it('has a panel in every place once, and none beyond the edge', () => {
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(board.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});
