import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Diagnosis } from '../../../core/diagnosis/diagnosis.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { captureCli } from './captured-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-diagnose-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => captureCli(['diagnose', ...args]);

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const wedged = evidenceWith(
  'gpu-1',
  (host) => ({ ...host, fdb: [] }),
  (_, name) => name.startsWith('underlay'),
);

describe('restitch diagnose --evidence', () => {
  it('prints verdict, reasons, and why nothing else', async () => {
    const { code, out } = await run('--evidence', await file('wedged.json', JSON.stringify(wedged)));
    expect(code).toBe(0);
    expect(out[0]).toBe('gpu-1: vxlan-wedge (fdb-missing)');
    expect(out).toContain('  host at fault  gpu-1');
    expect(out).toContain('    gpu-1: no forwarding entry for hub-1');
    expect(out.some((line) => line.startsWith('    one-way-nat'))).toBe(true);
  });

  it('prints one JSON object for tools', async () => {
    const { out } = await run('--json', '--evidence', await file('json.json', JSON.stringify(wedged)));
    expect(out).toHaveLength(1);
    expect(Diagnosis.parse(JSON.parse(out[0] ?? ''))).toMatchObject({ class: 'vxlan-wedge', hostAtFault: 'gpu-1' });
  });

  it('says what is wrong with a file that is no evidence, and where', async () => {
    const cut = await run('--evidence', await file('cut.json', JSON.stringify(wedged).slice(0, 900)));
    expect(cut).toMatchObject({ code: 1, out: [] });
    expect(cut.err).toContain('cut.json is not evidence: it is no JSON');
    const absent = await run('--evidence', join(folder, 'absent.json'));
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') });
  });

  it.each([[[]], [['--evidence', 'x', '--node', 'y']], [['--nodes', 'y']]])('wants one source: %j', async (args) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('restitch --help') });
  });
});
