import { mustRun } from '../run-program.ts';

/** Runs a batch of `ip` lines inside one namespace. Throws at the first line that fails. */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  await mustRun(['ip', '-n', namespace, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}

/** Sets kernel parameters inside one namespace. */
export async function sysctl(namespace: string, settings: readonly string[]): Promise<void> {
  await mustRun(['ip', 'netns', 'exec', namespace, 'sysctl', '-q', '-w', ...settings]);
}
