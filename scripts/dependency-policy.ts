import * as z from 'zod';

const Entry = z.object({
  license: z.string().default('none'),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  hasInstallScript: z.boolean().default(false),
  dev: z.boolean().default(false),
  inBundle: z.boolean().default(false),
});
type Entry = z.infer<typeof Entry>;
const Lockfile = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), Entry) });

/** Licences that ask for no more than to be named. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'PSF-2.0', 'Unlicense'];
/** For what is never passed on: its changes would have to be published, or it is data that asks to be named. */
const forDevelopment = ['CC-BY-4.0', 'MPL-2.0'];

/**
 * What in a package-lock.json breaks the policy, one line each: a package without a SHA-512, from an address of its own, with an install
 * script that is not allowed (`mayRunScripts`: names), or under a licence that is not on the list.
 */
export function refusedDependencies(lockfile: unknown, mayRunScripts: readonly string[]): readonly string[] {
  return Object.entries(Lockfile.parse(lockfile).packages)
    .filter(([path]) => path !== '')
    .flatMap(([path, entry]) => whyRefused(path, entry, mayRunScripts).map((why) => `${path}: ${why}`));
}

function whyRefused(path: string, entry: Entry, mayRunScripts: readonly string[]): readonly string[] {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const reasons: readonly (readonly [boolean, string])[] = [
    // What lies within another package has that one's.
    [!entry.inBundle && entry.integrity?.startsWith('sha512-') !== true, 'no SHA-512 of its content'],
    [entry.resolved !== undefined, `an address: ${entry.resolved}`],
    [entry.hasInstallScript && !mayRunScripts.includes(name), 'an install script: see allowScripts in package.json'],
    [!isAllowed(entry), `licence ${entry.license}`],
  ];
  return reasons.flatMap(([applies, why]) => (applies ? [why] : []));
}

/** Of alternatives (`MIT OR GPL-3.0-or-later`) one must be allowed. Expressions with `AND` are refused, for a person to read. */
function isAllowed({ license, dev }: Entry): boolean {
  const allowed = dev ? [...permissive, ...forDevelopment] : permissive;
  return license
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => allowed.includes(alternative));
}
