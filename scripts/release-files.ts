import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { buildPackage } from './build-package.ts';

const root = join(import.meta.dirname, '..');
const Sbom = z.looseObject({
  serialNumber: z.string(),
  metadata: z.looseObject({ timestamp: z.string(), component: z.looseObject({ name: z.string() }) }),
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

/** CycloneDX, without the time at which it was made, its random number and the name of the folder: the same sources give the same bytes. */
function listComponents(): object {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 });
  const { serialNumber: _, metadata, ...rest } = Sbom.parse(JSON.parse(text));
  const { timestamp: __, component, ...about } = metadata;
  return { ...rest, metadata: { ...about, component: { ...component, name: manifest.name } } };
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
