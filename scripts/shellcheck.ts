import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onboardingFile } from '../monitoring/watchdog/onboarding-file.ts';
import { documents } from '../runbooks/documents/documents.ts';
import { onboardingDefinitions } from '../runbooks/documents/onboarding-documents.ts';

/** Checks every document's script as a node gets it, and the scripts of this repository. Exits with 1 on any finding. */
const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const wholes = Object.entries(documents).map(([name, { scripts }]) => ({
  name,
  text: scripts.map((file) => read(join('runbooks', 'node', file))).join('\n'),
  shell: 'sh',
}));
const onboarding = Object.entries(onboardingDefinitions).map(([name, { scripts }]) => ({
  name,
  text: scripts.map(onboardingFile).join('\n'),
  shell: 'sh',
}));
/** Scripts that another script writes, as here-documents. */
const left = readdirSync(join(root, 'runbooks', 'node')).flatMap((file) =>
  [...read(join('runbooks', 'node', file)).matchAll(/<<'[A-Z_]+'\n(#!\/bin\/sh\n[\s\S]*?\n)[A-Z_]+\n/g)].map(
    ([, text]) => ({
      name: `a script within ${file}`,
      text: text ?? '',
      shell: 'sh',
    }),
  ),
);
const watchdog = { name: 'restitch-watchdog', text: read('monitoring/watchdog/restitch-watchdog'), shell: 'sh' };
const deployed = ['kubernetes/kubeconfig.sh', 'kubernetes/access-entries.sh', 'nodes/nodes.sh'].map((file) => ({
  name: file,
  text: read(join('deploy', file)),
  shell: 'sh',
}));
const all = [
  ...wholes,
  ...onboarding,
  ...left,
  ...deployed,
  watchdog,
  { name: '.ci/run', text: read('.ci/run'), shell: 'bash' },
];

let failed = 0;
for (const { name, text, shell } of all) {
  // SC2317: a document does not call every function of its shared parts.
  const { status, stdout, error } = spawnSync('shellcheck', ['-s', shell, '-e', 'SC2317', '-'], {
    input: text,
    encoding: 'utf8',
  });
  if (error !== undefined) {
    process.stderr.write('shellcheck is not installed\n');
    process.exit(1);
  }
  if (status !== 0) {
    failed += 1;
    process.stderr.write(`${name}:\n${stdout}\n`);
  }
}
process.stdout.write(`shellcheck: ${all.length - failed} of ${all.length} scripts clean\n`);
process.exitCode = failed === 0 ? 0 : 1;
