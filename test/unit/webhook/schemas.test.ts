import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { webhookSchemas } from '../../../scripts/webhook-schemas.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'deploy', 'webhook');

it.each(Object.entries(webhookSchemas()))('%s is what `npm run settings` writes', (file, text) => {
  expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
});
