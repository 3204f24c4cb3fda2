import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printInventory } from '../../../adapters/inventory/inventory-yaml.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { sampleInventory } from '../inventory/sample-inventory.ts';
import { captureCli } from './captured-cli.ts';

let folder = '';
let evidence = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-inventory-'));
  // The tunnel device of the hub was not read: only Node objects are compared.
  const look = evidenceWith(
    'hub-1',
    (host) => ({ ...host, wireguard: null }),
    () => true,
  );
  evidence = await file('evidence.json', JSON.stringify(look));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => captureCli(['inventory', ...args]);

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

function recordOf(inventory: Inventory): Promise<string> {
  return file('inventory.yaml', printInventory(inventory));
}

const { 'gpu-2': _, ...withoutGpu2 } = sampleInventory.nodes;

describe('restitch inventory check', () => {
  it('says that everything agrees, and what was not compared', async () => {
    const { code, out } = await run('check', await recordOf(sampleInventory), '--evidence', evidence);
    expect(code).toBe(0);
    expect(out).toEqual([
      'The inventory agrees: compared with 4 Node objects.',
      'No hub’s peers were compared: give --evidence FILE or --lab.',
    ]);
  });

  it('names node and field of each difference, and fails', async () => {
    const record = await recordOf({ ...sampleInventory, nodes: withoutGpu2, tunnelNetworks: ['10.201.0.0/24'] });
    const { code, out } = await run('check', record, '--evidence', evidence);
    expect(code).toBe(1);
    expect(out[0]).toBe("hub-1, tunnelAddress: 10.200.0.1 lies in none of the tunnel's networks (10.201.0.0/24)");
    expect(out).toContain('gpu-2, node: the inventory has no such node');
    expect(out).toContain('3 differences, compared with 4 Node objects.');
  });

  it('prints one JSON object for tools', async () => {
    const record = await recordOf({ ...sampleInventory, nodes: withoutGpu2 });
    const { code, out } = await run('check', record, '--evidence', evidence, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out.join('\n'))).toEqual({
      agrees: false,
      differences: [{ node: 'gpu-2', field: 'node', problem: 'the inventory has no such node' }],
      hubs: [],
    });
  });

  it('says what is wrong with a file that is no inventory', async () => {
    const { code, err } = await run('check', await file('wrong.yaml', 'nodes: {}'), '--evidence', evidence);
    expect(code).toBe(1);
    expect(err).toContain('wrong.yaml is no inventory: version:');
  });
});

describe('restitch inventory', () => {
  it.each([
    [[]],
    [['forget']],
    [['learn', 'file.yaml']],
    [['learn', '--evidence', 'x']],
    [['check', 'a', 'b']],
    [['check', '--output', 'x']],
    [['check', '--lab', '--evidence', 'x']],
    [['check', '--fast']],
  ])('refuses %j as wrong usage', async (args) => {
    expect(await run(...args)).toMatchObject({ code: 2, out: [] });
  });

  it('has help of its own', async () => {
    expect((await run('--help')).out.join('\n')).toContain('restitch inventory learn');
  });
});
