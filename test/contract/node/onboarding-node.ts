import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnboardingDocument } from '../../../core/runbook/node-command.ts';
import { onboardingFile } from '../../../monitoring/watchdog/onboarding-file.ts';
import { buildOnboardingDocument } from '../../../runbooks/documents/build-document.ts';
import { onboardingDefinitions } from '../../../runbooks/documents/onboarding-documents.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { busyboxProgram, nodeShell, shellNamed } from './namespace-pair.ts';

/** The parts of a document's script as they are. A test may put others in their place. */
export type ReadPart = (file: string) => string;

/** A host whose files are in a folder of its own, with a systemctl that writes down its calls. */
export interface OnboardingNode {
  readonly root: string;
  /** Puts a program before the system's. */
  program(name: string, text: string): void;
  run(
    name: OnboardingDocument,
    parameters?: Readonly<Record<string, string>>,
    options?: {
      readonly readPart?: ReadPart;
      readonly withoutParameters?: boolean;
      /** Text before the script, which may kill it. */
      readonly before?: string;
    },
  ): { readonly code: number | null; readonly report: Readonly<Record<string, unknown>>; readonly stderr: string };
  /** What systemctl was called with since the last question. */
  systemctl(): readonly string[];
}

/** A fake systemctl: `is-active` and `is-enabled` answer as `enable` and `disable` left it. */
const SYSTEMCTL = (folder: string) => `#!/bin/sh
echo "$*" >> '${folder}/systemctl.calls'
case $1 in
enable | restart) : > '${folder}/timer.on' ;;
disable) rm -f '${folder}/timer.on' ;;
is-active | is-enabled) [ -e '${folder}/timer.on' ] ;;
esac
`;

export function createOnboardingNode(): OnboardingNode {
  const folder = temporaryFolder();
  const root = join(folder, 'root');
  const programs = join(folder, 'programs');
  for (const path of ['run/systemd/system', 'etc/systemd/system', 'var/lib/prometheus/node-exporter'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'etc', 'machine-id'), '0123456789abcdef0123456789abcdef\n');
  mkdirSync(programs);
  const shell = shellNamed(nodeShell);
  for (const applet of [...shell.applets, ...(shell.applets.length === 0 ? [] : ['cmp', 'cut', 'sha256sum', 'chmod'])])
    symlinkSync(busyboxProgram, join(programs, applet));
  const program = (name: string, text: string) => {
    // It may be a link to the machine's own program.
    rmSync(join(programs, name), { force: true });
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  };
  program('systemctl', SYSTEMCTL(folder));
  const calls = join(folder, 'systemctl.calls');
  let seen = 0;
  return {
    root,
    program,
    run: (name, parameters = {}, { readPart = onboardingFile, withoutParameters = false, before = '' } = {}) => {
      const { mainSteps } = buildOnboardingDocument(name, readPart);
      const given = Object.entries({ ...defaultsOf(name), ...parameters }).map(([key, value]) => [`SSM_${key}`, value]);
      const script = before + mainSteps[0].inputs.runCommand.join('\n');
      // A group of its own: a script that kills its group kills no test.
      const { status, stdout, stderr } = spawnSync('setsid', [...shell.words, '-c', script], {
        encoding: 'utf8',
        env: {
          PATH: `${programs}:/usr/bin:/bin`,
          RESTITCH_ROOT: root,
          ...(withoutParameters ? {} : Object.fromEntries(given)),
        },
      });
      return { code: status, report: status === null ? {} : JSON.parse(stdout), stderr };
    },
    systemctl: () => {
      const all = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
  };
}

function defaultsOf(name: OnboardingDocument): Readonly<Record<string, string>> {
  const { parameters } = onboardingDefinitions[name];
  return Object.fromEntries(Object.entries(parameters).map(([key, { default: byDefault = '' }]) => [key, byDefault]));
}
