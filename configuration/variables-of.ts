import { isSetting, type Setting, type SettingGroup } from './setting.ts';
import { teamSettings } from './team-settings.ts';

/** A setting with where it stands in the file below `settings`. */
export interface PlacedSetting {
  readonly path: readonly string[];
  readonly setting: Setting;
}

/** Every setting, in the order of the page. */
export function placedSettings(
  group: SettingGroup = teamSettings,
  above: readonly string[] = [],
): readonly PlacedSetting[] {
  return Object.entries(group).flatMap(([key, entry]) => {
    const path = [...above, key];
    return isSetting(entry) ? [{ path, setting: entry }] : placedSettings(entry, path);
  });
}

/** The variables that the file's `settings` set, and no others: what is not said keeps its reader's default. */
export function variablesOf(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const set = placedSettings().flatMap(({ path, setting }) => {
    const value = path.reduce<unknown>((inner, key) => valueAt(inner, key), settings);
    return value === undefined ? [] : [[setting.variable, setting.write(value)] as const];
  });
  return Object.fromEntries(set);
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
