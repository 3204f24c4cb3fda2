import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { buildPackage } from './build-package.ts';

const root = join(import.meta.dirname, '..');
const Sbom = z.looseObject({
  serialNumber: z.string(),
  metadata: z.looseObject({ timestamp: z.string(), component: z.looseObject({ name: z.string() }) }),
});
const Lock = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), devDependencies: z.unknown().optional() }),
  ),
});

/** Writes the package into a folder, and returns its path. Its parts are in `construct` below the folder. */
export async function packConstruct(dist: string): Promise<string> {
  mkdirSync(dist, { recursive: true });
  const folder = join(dist, 'construct');
  await buildPackage(folder);
  const options = ['--loglevel', 'error', '--pack-destination', dist];
  return join(dist, execFileSync('npm', ['pack', ...options], { cwd: folder, encoding: 'utf8' }).trim());
}

/** Writes what a release hands out: the package, its components, and the digests of both and of every file in the package. */
export async function writeRelease(dist: string): Promise<void> {
  const tarball = await packConstruct(dist);
  const components = join(dist, `restitch-${manifest.version}.cdx.json`);
  writeFileSync(components, `${JSON.stringify(listComponents(), null, 2)}\n`);
  const parts = globSync('construct/**/*.*', { cwd: dist }).toSorted();
  const files = [tarball, components].map((file) => file.slice(dist.length + 1));
  const lines = [...files, ...parts].map((file) => `${digestOf(join(dist, file))}  ${file}\n`);
  writeFileSync(join(dist, 'SHA256SUMS'), lines.join(''));
}

/**
 * CycloneDX, without the time at which it was made, its random number and the name of the folder: the same sources give the same bytes.
 * Of the installed packages those that are not for development alone: npm's own `--omit dev` leaves out what development needs as well.
 */
function listComponents(): object {
  const folder = mkdtempSync(join(tmpdir(), 'restitch-sbom-'));
  try {
    const { devDependencies: _, ...shipped } = manifest;
    writeFileSync(join(folder, 'package.json'), JSON.stringify(shipped));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockWithoutDevelopment()));
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const text = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 });
    const { serialNumber: __, metadata, ...rest } = Sbom.parse(JSON.parse(text));
    const { timestamp: ___, component, ...about } = metadata;
    return { ...rest, metadata: { ...about, component: { ...component, name: manifest.name } } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lockWithoutDevelopment(): object {
  const { packages, ...lock } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const shipped = Object.entries(packages).filter(([, { dev }]) => dev !== true);
  const { devDependencies: _, ...own } = packages[''] ?? {};
  return { ...lock, packages: { ...Object.fromEntries(shipped), '': own } };
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
