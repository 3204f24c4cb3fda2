import { globSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import config from '../../vitest.config.ts';

const Layers = z.array(
  z.object({
    test: z.object({ name: z.string(), include: z.array(z.string()), exclude: z.array(z.string()) }),
  }),
);
const layers = Layers.parse(config.test?.projects);
const files = globSync('test/**/*.test.ts', { cwd: join(import.meta.dirname, '..', '..') });

describe('the layers of tests', () => {
  it('are unit, contract, e2e and full, and two that repeat tests', () => {
    expect(layers.map(({ test }) => test.name)).toEqual(['unit', 'contract', 'e2e', 'full', 'property', 'busybox']);
  });

  it.each(files)('%s is in exactly one of the first four', (file) => {
    const within = layers
      .slice(0, 4)
      .filter(
        ({ test: { include, exclude } }) =>
          include.some((glob) => matchesGlob(file, glob)) && !exclude.some((glob) => matchesGlob(file, glob)),
      );
    expect(within).toHaveLength(1);
  });
});
