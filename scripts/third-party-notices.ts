import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');
const Manifest = z.object({ version: z.string(), license: z.string() });

/** Names, versions and licence texts of the packages whose code is in these bundles, by name. */
export function thirdPartyNotices(metafiles: readonly Metafile[]): string {
  const folders = new Set(
    metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap((input) => packageFolder(input) ?? []),
  );
  return [...folders]
    .toSorted()
    .map(noticeOf)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** `node_modules/a/node_modules/@b/c` of `node_modules/a/node_modules/@b/c/index.js`. */
function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function noticeOf(folder: string): string {
  const path = join(root, folder);
  const { version, license } = Manifest.parse(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
  const texts = readdirSync(path)
    .filter((name) => /^(licen[cs]e|notice)/i.test(name))
    .toSorted()
    .map((name) => readFileSync(join(path, name), 'utf8').trim());
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return [`${name} ${version} (${license})`, ...texts].join('\n\n').concat('\n');
}
