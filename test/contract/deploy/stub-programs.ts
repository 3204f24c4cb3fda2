import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';

/** A call of a stub that begins with these words prints this, or ends with the exit code. */
export interface StubAnswer {
  readonly call: string;
  readonly prints?: string;
  readonly exitCode?: number;
}

/** What a script said and called. */
export interface ScriptRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Each call of a stub, as its words. */
  readonly calls: readonly string[];
  /** What the stub of `aws` was given as `--secret-string file://…`. */
  readonly secret: string | undefined;
}

/** Puts `name` into the folder as a program that writes down its calls and answers from the list; else it prints nothing. */
export function writeStub(folder: string, name: string, answers: readonly StubAnswer[]): void {
  mkdirSync(folder, { recursive: true });
  const cases = answers.map(
    ({ call, prints, exitCode }) =>
      `  '${call}'*) ${prints === undefined ? ':' : `printf '%b\\n' '${prints}'`}; exit ${exitCode ?? 0} ;;`,
  );
  const text = `#!/bin/sh
printf '%s\\n' "${name} $*" >> '${folder}/calls'
for word in "$@"; do case $word in file://*) cp "\${word#file://}" '${folder}/secret' ;; esac; done
case "$*" in
${cases.join('\n')}
esac
`;
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

/** Runs a script with the stubs of the folder before everything else. */
export function runScript(
  shell: 'dash' | 'busybox sh',
  script: string,
  args: readonly string[],
  folder: string,
): ScriptRun {
  const [program = shell, ...options] = shell.split(' ');
  const environment = { PATH: `${folder}:${env['PATH'] ?? ''}`, AWS_REGION: 'eu-west-1', TMPDIR: folder };
  const { status, stdout, stderr } = spawnSync(program, [...options, script, ...args], {
    encoding: 'utf8',
    env: environment,
  });
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
  const calls = (read('calls') ?? '').split('\n').filter((line) => line !== '');
  return { code: status, stdout, stderr, calls, secret: read('secret') };
}
