import { join } from 'node:path';
import type { ExecResult } from '../../../lab/fleet.ts';
import { runProgram } from '../../../lab/run-program.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** npm finds a script only in the clone, so here its two ways to call Restitch are functions. */
const SHELL = `
restitch() { '${process.execPath}' --disable-warning=ExperimentalWarning '${join(root, 'cli', 'restitch.ts')}' "$@"; }
npm() {
  local words=()
  if [[ $1 == start ]]; then words=(start); fi
  while (($# > 0)) && [[ $1 =~ ^(start|run|restitch|--silent|-s)$ ]]; do shift; done
  if [[ $1 == -- ]]; then shift; fi
  restitch "\${words[@]}" "$@"
}
npx() { shift; restitch "$@"; }
cd "$1"
`;

/** Runs a documented line in a shell in which `restitch`, `npm` and `npx` call this clone, in the given folder. */
export function runLine(
  line: string,
  folder: string,
  options: { readonly environment?: Readonly<Record<string, string>>; readonly timeoutMs?: number } = {},
): Promise<ExecResult> {
  const { environment = {}, timeoutMs = 30_000 } = options;
  const argv = ['bash', '--norc', '-c', `${SHELL}${line}`, 'bash', folder];
  return runProgram(argv, { env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment }, timeoutMs });
}
