import * as z from 'zod';
import { configurationSchema } from './configuration-schema.ts';
import { placedSettings } from './variables-of.ts';

const Part = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

/** `there is no such key: write approvers`: the known key that comes nearest, where it belongs, or all keys that there are. */
export function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const known = keysAt(path);
  const elsewhere = placedSettings().find(({ path, setting }) => path.at(-1) === key || setting.variable === key);
  const [nearest] = known
    .map((one) => ({ one, distance: distanceOf(one.toLowerCase(), key.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(one.length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest !== undefined) return `there is no such key: write ${nearest.one}`;
  if (elsewhere !== undefined) return `it does not belong here: write settings.${elsewhere.path.join('.')}`;
  return `there is no such key: write ${known.length === 1 ? known[0] : `one of ${known.join(', ')}`}`;
}

function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let part = Part.parse(configurationSchema());
  for (const key of path)
    part = Part.parse((typeof key === 'number' ? part.items : part.properties?.[String(key)]) ?? {});
  return Object.keys(part.properties ?? {});
}

/** How many letters must be added, removed or changed (Levenshtein). */
function distanceOf(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...right].entries()) {
      const change = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
