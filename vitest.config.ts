import { defineConfig } from 'vitest/config';

/** Long proofs, wherever their folder: `npm run test:full`. */
const full = 'test/**/*.full.test.ts';

/**
 * The layers, by what they need: `unit` Node alone, `contract` servers, the lab's namespaces or the simulated fleet,
 * `e2e` a whole `npm start`, `full` what takes minutes. `npm test` runs the first three. A test file is in exactly one.
 */
const layers = [
  { name: 'unit', include: ['test/{unit,property,infra}/**/*.test.ts'], exclude: [full] },
  { name: 'contract', include: ['test/contract/**/*.test.ts'], exclude: [full] },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: [full] },
  { name: 'full', include: [full], exclude: [] },
];

export default defineConfig({
  test: {
    // Labs, servers and browsers share two cores in CI: more workers would only wait for each other.
    maxWorkers: 2,
    projects: layers.map(({ name, include, exclude }) => ({
      test: {
        name,
        include,
        exclude,
        testTimeout: 180_000,
        hookTimeout: 180_000,
        execArgv: ['--disable-warning=ExperimentalWarning'],
      },
    })),
  },
});
