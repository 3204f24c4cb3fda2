import { SettingsEnvironment } from '../functions/settings-environment.ts';
import { fileSettingsFrom } from '../functions/sweep/expected-network-environment.ts';
import type { StackSettings } from './stack-settings.ts';

/** Whether sweep keeps the file of the watchdogs, for which it sends commands. */
export function keepsFiles({ environment }: Pick<StackSettings, 'environment'>): boolean {
  return fileSettingsFrom(SettingsEnvironment.parse(environment)) !== undefined;
}
