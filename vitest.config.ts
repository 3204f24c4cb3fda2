import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Long proofs, wherever their folder: `npm run test:full`. */
const full = 'test/**/*.full.test.ts';

/** Tests of the scripts that run on nodes. */
const nodeScripts = ['test/contract/node/**/*.test.ts', 'test/contract/monitoring/watchdog.test.ts'];

/**
 * The layers, by what they need: `unit` Node alone, `contract` servers, the lab's namespaces or the simulated fleet,
 * `e2e` a whole `npm start`, `full` what takes minutes: a test file is in exactly one of them. `busybox` runs the node
 * scripts' tests once more, under another shell, and `property` the properties with all their runs. `npm test` runs the
 * first three, `npm run test:full` the others.
 */
const layers = [
  // Its files share nothing that they could change, so one process serves many: most of a short file's time was its start.
  { name: 'unit', include: ['test/{unit,property,infra,simulation}/**/*.test.ts'], exclude: [full], isolate: false },
  { name: 'contract', include: ['test/contract/**/*.test.ts'], exclude: [full], isolate: true },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: [full], isolate: true },
  { name: 'full', include: [full], exclude: [], isolate: true },
  {
    name: 'property',
    include: ['test/property/**/*.test.ts'],
    exclude: [],
    isolate: false,
    env: { PROPERTY_SHARE: '1' },
  },
  { name: 'busybox', include: nodeScripts, exclude: [], isolate: true, env: { NODE_SHELL: 'busybox' } },
];

/** What takes longest: a long file that starts last keeps everybody waiting. */
const slowestFirst = [
  '/test/simulation/schedules',
  '/test/unit/scenarios/outages.full',
  '/test/e2e/drill.full',
  '/test/e2e/console',
  '/test/contract/node/armed-apply.test',
  '/test/infra/bundles',
  '/test/simulation/',
  '/test/contract/lab/',
  '/test/contract/node/',
  '/test/contract/kubernetes/kube-apiserver',
  '/test/property/',
  '/test/contract/',
  '/test/e2e/',
  '/test/unit/runbook/',
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = slowestFirst.findIndex((folder) => moduleId.includes(folder));
      return found < 0 ? slowestFirst.length : found;
    };
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}

export default defineConfig({
  test: {
    // For two cores: a file waits for packets, timers and servers about a third of its time.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    projects: layers.map((layer) => ({
      test: {
        ...layer,
        globalSetup: 'test/own-temporary-folder.ts',
        testTimeout: 180_000,
        hookTimeout: 180_000,
        execArgv: ['--disable-warning=ExperimentalWarning'],
      },
    })),
  },
});
