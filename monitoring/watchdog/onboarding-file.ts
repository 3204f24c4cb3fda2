import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packWatchdog } from './pack-watchdog.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');

/** A part of a document of onboarding by its name. */
export function onboardingFile(name: string): string {
  switch (name) {
    case 'common.sh':
      return read('runbooks', 'node', name);
    case 'watchdog.generated':
      return packWatchdog({
        script: read('monitoring', 'watchdog', 'restitch-watchdog'),
        service: read('monitoring', 'watchdog', 'restitch-watchdog.service'),
        timer: read('monitoring', 'watchdog', 'restitch-watchdog.timer'),
      });
    default:
      return read('runbooks', 'onboarding', name);
  }
}
