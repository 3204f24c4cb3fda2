import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStateDir, removeStateDir } from './restitch-process.ts';

let stateDir: string;

beforeEach(async () => {
  stateDir = await makeStateDir();
});
afterEach(async () => {
  await removeStateDir(stateDir);
});

/** Null: it was still running after the patience and had to be killed. */
async function exitOf(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly errors: string }> {
  const repository = join(import.meta.dirname, '..', '..');
  const args = ['--disable-warning=ExperimentalWarning', 'cli/restitch.ts', 'start', '--state-dir', stateDir];
  const child = spawn(process.execPath, [...args, '--port', '0'], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { code, errors };
}

describe('when the fleet cannot open', () => {
  it('says why and exits with 1', async () => {
    const { code, errors } = await exitOf({ FLEET: 'simulated', FLANNEL_BACKEND: 'host-gw' });
    expect(errors).toContain('FLANNEL_BACKEND=host-gw needs the fleet of namespaces');
    expect(code).toBe(1);
  });
});
