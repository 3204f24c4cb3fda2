import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { namesFor } from '../../lab/namespaces/names.ts';

/** Command lines of living processes that mention the state folder: what a stop should have ended. */
export function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(folder));
}

/** Network namespaces of the fleet that ran in the state folder. */
export function namespacesOf(folder: string): readonly string[] {
  const listed = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '';
  return listed.split('\n').filter((line) => line.startsWith(`${namesFor(folder).prefix}-`));
}
