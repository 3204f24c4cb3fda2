import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const sources = [
  ...['adapters', 'configuration', 'core', 'deploy', 'docs', 'functions', 'lib', 'monitoring', 'runbooks', 'scripts'],
  ...['LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', '.npmrc', 'restitch.config.yaml'],
];
const Components = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.looseObject({ 'bom-ref': z.string(), hashes: z.array(z.unknown()).min(1) })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string(), dev: z.boolean().optional() })),
});

const lock = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));

let folder: string;
let first: string;
let second: string;

/**
 * What a release hands out, made from a copy of the sources in a folder of this name. Not by `npm run`: the set-up before it could
 * install the packages anew, through the link into the folder that all tests use.
 */
async function release(name: string): Promise<string> {
  const copy = join(folder, name);
  mkdirSync(copy, { recursive: true });
  for (const source of sources) cpSync(join(root, source), join(copy, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const env = { HOME: folder, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(copy, 'scripts', 'release.ts')], {
    cwd: copy,
    env,
  });
  return join(copy, 'dist');
}

function componentsOf(dist: string): z.infer<typeof Components> {
  return Components.parse(JSON.parse(readFileSync(join(dist, `restitch-${manifest.version}.cdx.json`), 'utf8')));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-release-'));
  first = await release('one');
  second = await release('another/and/deeper');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a release, made in two folders', () => {
  it('has the same digests: of the package, of its components, of each bundle', () => {
    const sums = readFileSync(join(first, 'SHA256SUMS'), 'utf8');
    expect(readFileSync(join(second, 'SHA256SUMS'), 'utf8')).toBe(sums);
    const names = sums.split('\n').map((line) => line.split('  ')[1]);
    expect(names).toContain(`restitch-construct-${manifest.version}.tgz`);
    expect(names).toContain(`restitch-${manifest.version}.cdx.json`);
    expect(names.filter((name) => name?.startsWith('construct/functions/'))).not.toEqual([]);
  });

  it('has digests that sha256sum finds right', async () => {
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: first });
  });

  it('lists what is installed without what is for development alone, each with a digest', () => {
    const { components, dependencies } = componentsOf(first);
    const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    const expected = shipped.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
    const refs = components.map((each) => each['bom-ref']);
    expect(refs.toSorted()).toEqual([...new Set(expected)].toSorted());
    expect(refs).toContain(`zod@${manifest.dependencies.zod}`);
    expect(refs).not.toContain(`vitest@${manifest.devDependencies.vitest}`);
    const named = new Set(dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]));
    expect([...named].filter((ref) => !refs.includes(ref))).toEqual([`restitch@${manifest.version}`]);
  });
});
