import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderedFiles } from '../../../monitoring/rendered-files.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'monitoring');

describe('the files of monitoring/ that are made from others', () => {
  it.each(Object.entries(renderedFiles()))('%s is current (npm run monitoring)', (file, text) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });
});
