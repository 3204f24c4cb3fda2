import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RestitchProcess, startRestitch } from '../../test/e2e/restitch-process.ts';

/** Drills wait only briefly before a healed incident closes; nobody answers for longer than that here. */
const settings = {
  ...{
    FLEET: 'namespaces',
    STABLE_SECONDS: '1',
    SWEEP_SECONDS: '2',
    RECHECK_SECONDS: '5',
    APPROVAL_TIMEOUT_SECONDS: '60',
  },
  ORPHAN_GRACE_SECONDS: '60',
};
const root = join(import.meta.dirname, '..', '..');

/** A `restitch start` that is killed and started again, and the commands that people give beside it. */
export interface SoakedProcess {
  readonly stateDir: string;
  /** The process that runs now. */
  now(): RestitchProcess;
  /** SIGKILL, and another one takes over. */
  kill(): Promise<void>;
  /** Another `restitch` with this state folder. Returns what it prints; throws where it ends with another code than these. */
  command(args: readonly string[], codes?: readonly number[]): Promise<string>;
  /** As Ctrl-C does it. */
  end(): Promise<void>;
}

export async function startSoaked(stateDir: string): Promise<SoakedProcess> {
  let current = await startRestitch(stateDir, [], settings);
  return {
    stateDir,
    now: () => current,
    kill: async () => {
      process.kill(current.pid, 'SIGKILL');
      await current.ended;
      current = await startRestitch(stateDir, [], settings);
    },
    command: async (args, codes = [0]) => {
      const argv = ['--disable-warning=ExperimentalWarning', join(root, 'cli', 'restitch.ts'), ...args];
      try {
        return (await promisify(execFile)(process.execPath, [...argv, '--state-dir', stateDir])).stdout;
      } catch (error) {
        if (error instanceof Error && 'code' in error && codes.some((code) => code === error.code)) return '';
        throw error;
      }
    },
    end: async () => void (await current.interrupt()),
  };
}
