import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../lab/run-program.ts';
import { loadLocalConfig } from '../local/config.ts';
import { functionEnvironment } from '../local/function-environment.ts';
import { bundle, bundleFunction } from '../scripts/bundle-function.ts';
import { functionNames, memoryMiBOf } from '../scripts/function-names.ts';
import { median, report } from './bench-table.ts';

/**
 * `node bench/import-time.ts [--json]`: how long each function's bundle takes to load, in a process of its own, and its ratio to an SDK client
 * alone, bundled in the same way. Then the chunks that the runbook loads when it needs them, after its entry. All of them are measured
 * in turn, so that a busy machine slows them alike. Medians of fifteen. The last column is that time at the share of a processor that the
 * function's memory has in Lambda; while a function starts Lambda mostly gives it more.
 */
const ROUNDS = 15;
/** Lambda gives a function of so much memory one whole processor (Lambda developer guide, "Configure Lambda function memory"). */
const WHOLE_PROCESSOR_MIB = 1_769;
const chunks = ['work-in-rounds', 'ssm-clients', 'client-node'] as const;
const place = { workspace: '', app: '', channel: '' };

/** What `npm start` gives the functions, and a cluster. No service is called. */
const slack = { apiUrl: 'http://127.0.0.1/api', botToken: '', signingSecret: '', approvers: [], place };
const services = { cloudRoutes: { tables: [], client: {} }, slack };
const environment = {
  ...functionEnvironment(loadLocalConfig({}), services, 'http://127.0.0.1/queue'),
  AWS_REGION: 'eu-central-1',
  KUBECONFIG_SECRET_ID: 'kubeconfig',
  APPROVAL_WEBHOOK_URL: 'http://127.0.0.1/bridge',
  APPROVAL_WEBHOOK_SECRET_ID: 'approval-webhook',
};

/** Loads the files in turn, and prints how many milliseconds the last one took. */
const load = `
let begin = 0;
for (const file of process.argv.slice(1)) {
  begin = performance.now();
  await import(file);
}
process.stdout.write(String(performance.now() - begin));
`;

const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
try {
  bundle('bench/sdk-client.ts', join(folder, 'sdk-client'));
  for (const name of functionNames) bundleFunction(name, join(folder, name));
  const runbook = join(folder, 'runbook');
  const files = await readdir(runbook);
  const measured = new Map<string, readonly string[]>([
    ['SDK client alone', [join(folder, 'sdk-client', 'index.mjs')]],
    ...functionNames.map((name) => [name, [join(folder, name, 'index.mjs')]] as const),
    ...chunks.map((chunk) => {
      const file = files.find((name) => name.startsWith(`${chunk}-`)) ?? chunk;
      return [`runbook, then ${chunk}`, [join(runbook, 'index.mjs'), join(runbook, file)]] as const;
    }),
  ]);
  const times = new Map<string, number[]>([...measured.keys()].map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, argv] of measured) times.get(name)?.push(await milliseconds(argv));
  const alone = median(times.get('SDK client alone') ?? [], 1);
  const rows = [...times].map(([name, values]) => {
    const ms = median(values, 1);
    const memory = memoryOf(name) ?? null;
    const slowed = memory === null ? null : Math.round((ms * WHOLE_PROCESSOR_MIB) / memory);
    return [name, Math.round(ms), Number((ms / alone).toFixed(1)), memory, slowed];
  });
  report({ title: 'time to load a bundle', columns: ['bundle', 'ms', 'ratio', 'MiB', 'ms with it'], rows });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Of a function; undefined: it is none. */
function memoryOf(name: string): number | undefined {
  const found = functionNames.find((each) => each === name);
  return found && memoryMiBOf[found];
}

async function milliseconds(files: readonly string[]): Promise<number> {
  const argv = [process.execPath, '--input-type=module', '--eval', load, ...files];
  return Number(await mustRun(argv, { env: environment }));
}
