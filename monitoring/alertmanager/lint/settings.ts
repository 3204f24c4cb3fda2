import { type Finding, findingAt, type Place } from '../../../adapters/yaml/finding.ts';
import type { Located, LocatedMap } from './located.ts';

/** A setting as it was read. `undecided`: it cannot be read from this file, and a finding says so. */
export type Setting<T> =
  | { readonly type: 'set'; readonly at: Place; readonly value: T }
  | { readonly type: 'undecided'; readonly at: Place }
  | { readonly type: 'absent' };

export const absent = { type: 'absent' } as const;

/** Reads settings, and tells what it cannot read. */
export interface SettingsReader {
  map(owner: LocatedMap, key: string): LocatedMap | undefined;
  maps(owner: LocatedMap, key: string): readonly LocatedMap[];
  text(owner: LocatedMap, key: string): Setting<string>;
  texts(owner: LocatedMap, key: string): Setting<readonly string[]>;
  flag(owner: LocatedMap, key: string): Setting<boolean>;
  count(owner: LocatedMap, key: string): Setting<number>;
  /** In seconds. */
  duration(owner: LocatedMap, key: string): Setting<number>;
}

type Parse<T> = (located: Located) => T | undefined;

export function createSettingsReader(tell: (finding: Finding) => void): SettingsReader {
  function read<T>(owner: LocatedMap, key: string, wanted: string, parse: Parse<T>): Setting<T> {
    const located = owner.entries.get(key);
    if (located === undefined || isEmpty(located)) return absent;
    const value = parse(located);
    if (value !== undefined) return { type: 'set', at: located.at, value };
    tell(unreadable(key, wanted, located));
    return { type: 'undecided', at: located.at };
  }
  return {
    map: (owner, key) => settingValue(read(owner, key, 'a map', asMap)),
    maps: (owner, key) => settingValue(read(owner, key, 'a list of maps', (located) => allOf(located, asMap))) ?? [],
    text: (owner, key) => read(owner, key, 'text', asText),
    texts: (owner, key) => read(owner, key, 'a list of words', (located) => allOf(located, asText)),
    flag: (owner, key) => read(owner, key, 'true or false', asFlag),
    count: (owner, key) => read(owner, key, 'a whole number', asCount),
    duration: (owner, key) => read(owner, key, 'a time such as 10s or 1h', asSeconds),
  };
}

/** Whether the value is left empty, which Alertmanager takes like a missing key. */
export function isEmpty(located: Located): boolean {
  return located.kind === 'scalar' && located.value === null;
}

export function settingValue<T>(setting: Setting<T>): T | undefined {
  return setting.type === 'set' ? setting.value : undefined;
}

function unreadable(key: string, wanted: string, located: Located): Finding {
  const inside = located.kind === 'list' ? located.items.find(({ kind }) => kind === 'undecided') : undefined;
  const part = inside ?? located;
  return part.kind === 'undecided'
    ? findingAt('error', part, `${key} cannot be decided here: ${part.why}. Lint the finished file`)
    : findingAt('error', part, `${key} cannot be read: write ${wanted}`);
}

function asMap(located: Located): LocatedMap | undefined {
  return located.kind === 'map' ? located : undefined;
}

export function asText(located: Located): string | undefined {
  return located.kind === 'scalar' && located.value !== null ? String(located.value) : undefined;
}

function asFlag(located: Located): boolean | undefined {
  return located.kind === 'scalar' && typeof located.value === 'boolean' ? located.value : undefined;
}

function asCount(located: Located): number | undefined {
  const value = located.kind === 'scalar' ? located.value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function allOf<T>(located: Located, parse: Parse<T>): readonly T[] | undefined {
  if (located.kind !== 'list') return undefined;
  const parsed = located.items.flatMap((item) => parse(item) ?? []);
  return parsed.length === located.items.length ? parsed : undefined;
}

/** Prometheus' durations (`model.ParseDuration`): units from the largest to the smallest, each at most once. */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_SECONDS = [31_536_000, 604_800, 86_400, 3_600, 60, 1, 0.001];

function asSeconds(located: Located): number | undefined {
  const text = asText(located);
  if (text === '0') return 0;
  const parts = text === undefined || text === '' ? null : DURATION.exec(text);
  return parts?.slice(1).reduce((sum, digits, index) => sum + Number(digits ?? 0) * (UNIT_SECONDS[index] ?? 0), 0);
}
