import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { refusedDependencies } from '../../../scripts/dependency-policy.ts';

const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', file), 'utf8'));
const good = { license: 'MIT', integrity: 'sha512-AAAA' };

function refused(entry: object, path = 'node_modules/a'): readonly string[] {
  return refusedDependencies({ lockfileVersion: 3, packages: { '': {}, [path]: { ...good, ...entry } } }, ['builder']);
}

describe('the dependencies of this repository', () => {
  it('keep the policy', () => {
    const { allowScripts } = z.object({ allowScripts: z.record(z.string(), z.boolean()) }).parse(read('package.json'));
    // One that is named with false has a script, and npm is told not to run it.
    expect(refusedDependencies(read('package-lock.json'), Object.keys(allowScripts))).toEqual([]);
  });
});

describe('the policy', () => {
  it.each([
    ['no digest', { integrity: undefined }, 'no SHA-512'],
    ['a weak digest', { integrity: 'sha1-AAAA' }, 'no SHA-512'],
    ['an address', { resolved: 'https://packages.example/a.tgz' }, 'https://packages.example/a.tgz'],
    ['an install script', { hasInstallScript: true }, 'install script'],
    ['no licence', { license: undefined }, 'licence none'],
    ['a licence that binds', { license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
    ['two licences at once', { license: 'MIT AND GPL-3.0-only' }, 'MIT AND GPL-3.0-only'],
    ['one for development alone that is passed on', { license: 'MPL-2.0' }, 'MPL-2.0'],
    ['data for development that is passed on', { license: 'CC-BY-4.0' }, 'CC-BY-4.0'],
  ])('refuses %s', (_what, entry, why) => {
    expect(refused(entry)).toEqual([expect.stringContaining(why)]);
  });

  it.each([
    ['a package within another one', { integrity: undefined, inBundle: true }, 'node_modules/b/node_modules/a'],
    ['an allowed install script', { hasInstallScript: true }, 'node_modules/b/node_modules/builder'],
    ['a choice of licences', { license: '(MIT OR GPL-3.0-or-later)' }, 'node_modules/a'],
    ['a licence for development', { license: 'MPL-2.0', dev: true }, 'node_modules/a'],
    ['data for development', { license: 'CC-BY-4.0', dev: true }, 'node_modules/a'],
  ])('takes %s', (_what, entry, path) => {
    expect(refused(entry, path)).toEqual([]);
  });
});
