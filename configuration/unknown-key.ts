import * as z from 'zod';
import { configurationSchema } from './configuration-schema.ts';
import { nearest, nearestOrAll } from './nearest.ts';
import { placedSettings } from './variables-of.ts';

const Part = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

/** `there is no such key: write approvers`: the known key that comes nearest, where it belongs, or all keys that there are. */
export function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const known = keysAt(path);
  const elsewhere = placedSettings().find(({ path, setting }) => path.at(-1) === key || setting.variable === key);
  const near = nearest(key, known);
  if (near !== undefined) return `there is no such key: write ${near}`;
  if (elsewhere !== undefined) return `it does not belong here: write settings.${elsewhere.path.join('.')}`;
  return `there is no such key: write ${nearestOrAll(key, known)}`;
}

function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let part = Part.parse(configurationSchema());
  for (const key of path)
    part = Part.parse((typeof key === 'number' ? part.items : part.properties?.[String(key)]) ?? {});
  return Object.keys(part.properties ?? {});
}
