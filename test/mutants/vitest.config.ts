import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { rooms } from './rooms.ts';

/** The tests of one room, as the layer `unit` runs them. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: [...(rooms[process.env['MUTANTS_ROOM'] ?? '']?.tests ?? [])],
    // What reads the evidence of every fault takes longest, and repeats in breadth what the others notice.
    exclude: ['test/**/*.full.test.ts', 'test/unit/repair/{plan-every-fault,lying-node}.test.ts'],
    globalSetup: 'test/own-temporary-folder.ts',
    isolate: false,
    testTimeout: 180_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
