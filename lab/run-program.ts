import { spawn } from 'node:child_process';
import type { ExecResult } from './fleet.ts';

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;

/** Runs one program in its own process group, which is killed whole at the time-out. A failing program is a result. */
export function runProgram(argv: readonly string[], options: ProgramOptions = {}): Promise<ExecResult> {
  const [program = '', ...rest] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const finish = (code: number | null, extra = '') => {
      clearTimeout(timer);
      resolve({ code, timedOut, stdout, stderr: stderr + extra });
    };
    child.on('error', (error) => finish(127, `${program}: ${error.message}`));
    child.on('close', (code) => finish(code));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group ended by itself between the time-out and the signal.
  }
}

/** Runs a program that must succeed. Throws with its words when it does not. */
export async function mustRun(argv: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const result = await runProgram(argv, options);
  if (result.code !== 0) {
    throw new Error(
      `${argv.join(' ')}: ${result.timedOut ? 'timed out' : `exit ${result.code}`}: ${result.stderr.trim()}`,
    );
  }
  return result.stdout;
}
