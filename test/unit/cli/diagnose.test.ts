import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Diagnosis } from '../../../core/diagnosis/diagnosis.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { captureCli } from './captured-cli.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'evidence');

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

  it('shows many lost paths as one table of who reaches whom', async () => {
    const { out } = await run('--evidence', join(fixtures, 'fdb-flushed.json'));
    const because = out.slice(out.indexOf('  because'), out.indexOf('  not'));
    expect(because).toEqual([
      '  because',
      '    gpu-1: no forwarding entry for cloud-1',
      '    gpu-1: no forwarding entry for gpu-2',
      '    gpu-1: no forwarding entry for hub-1',
      '    48 paths do not pass',
      '',
      "    pods' network: small, full size, TCP",
      '    FROM \\ TO  gpu-1           hub-1           gpu-2           cloud-1',
      '    gpu-1      -               LOST LOST LOST  LOST LOST LOST  LOST LOST LOST',
      '    hub-1      LOST LOST LOST  -               -               -',
      '    gpu-2      LOST LOST LOST  -               -               -',
      '    cloud-1    LOST LOST LOST  -               -               -',
      '    the tunnels below it: all 10 measured directions pass',
      '',
    ]);
    expect(out.find((line) => line.startsWith('    healthy '))).toMatch(/ for hub-1; 24 paths do not pass$/);
  });

  it.each([
    ['forwarding-off-on-bridge', 3, false],
    ['hub-forward-dropped', 4, true],
  ])('of %s has %i lost paths: as a table %s', async (fault, count, asTable) => {
    const { out } = await run('--evidence', join(fixtures, `${fault}.json`));
    const because = out.slice(out.indexOf('  because'), out.indexOf('  not'));
    expect(because.filter((line) => line.endsWith(' is lost'))).toHaveLength(asTable ? 0 : count);
    expect(because.includes(`    ${count} paths do not pass`)).toBe(asTable);
    expect(because.some((line) => line.includes('FROM'))).toBe(asTable);
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
