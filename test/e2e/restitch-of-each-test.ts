import { afterEach, beforeEach } from 'vitest';
import { makeStateDir, type RestitchProcess, removeStateDir, startRestitch } from './restitch-process.ts';

/** A state folder for each test of a file, and the last process that was started there, which is ended with the test. */
export function restitchOfEachTest() {
  let stateDir = '';
  let restitch: RestitchProcess | undefined;
  beforeEach(async () => {
    stateDir = await makeStateDir();
  });
  afterEach(async () => {
    await restitch?.interrupt();
    restitch = undefined;
    await removeStateDir(stateDir);
  });
  return {
    stateDir: () => stateDir,
    start: async (args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) => {
      restitch = await startRestitch(stateDir, args, environment);
      return restitch;
    },
  };
}
