import { type Finding, findingAt } from '../../../adapters/yaml/finding.ts';
import type { LocatedMap } from './located.ts';
import { asText, type SettingsReader } from './settings.ts';

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Undefined: they cannot be read, and a finding says so. */
export type Matchers = readonly Matcher[] | undefined;

/** What is known of an alert's labels. null: it has the label, with a value that is not known. Absent: whether it has it is not known. */
export type KnownLabels = Readonly<Record<string, string | null>>;

export type Match = 'yes' | 'no' | 'perhaps';

/** One matcher, with the comma or the end after it (`labels.ParseMatchers` of Alertmanager). */
const ONE = /\s*"?([a-zA-Z_:][a-zA-Z0-9_:]*)"?\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^",{}]*)\s*(?:,|$)/y;

/** `prefix` is empty for a route, `source_` or `target_` for an inhibition; the older `match` and `match_re` count as well. */
export function readMatchers(
  owner: LocatedMap,
  prefix: string,
  reader: SettingsReader,
  tell: (finding: Finding) => void,
): Matchers {
  const listed = reader.texts(owner, `${prefix}matchers`);
  const older = [readOlder(owner, `${prefix}match`, '=', reader), readOlder(owner, `${prefix}match_re`, '=~', reader)];
  if (listed.type === 'undecided' || older.includes(undefined)) return undefined;
  const lines = listed.type === 'set' ? listed.value : [];
  const parsed = lines.map(parseMatchers);
  if (listed.type === 'set' && parsed.includes(undefined)) {
    tell(findingAt('error', listed, `${prefix}matchers cannot be read: write label="value" or label=~"expression"`));
    return undefined;
  }
  return [...older, ...parsed].flatMap((matchers) => matchers ?? []);
}

/** `a="b"` and `{a="b", c=~"d|e"}`. Undefined: not readable. */
export function parseMatchers(text: string): Matchers {
  const inner = text
    .trim()
    .replace(/^\{([\s\S]*)\}$/, '$1')
    .trim();
  const matchers: Matcher[] = [];
  for (let index = 0; index < inner.length; index = ONE.lastIndex) {
    ONE.lastIndex = index;
    const [, label, operator, value] = ONE.exec(inner) ?? [];
    if (label === undefined || value === undefined || !isOperator(operator)) return undefined;
    matchers.push({ label, operator, value: unquote(value) });
  }
  return matchers;
}

/** Whether an alert with these labels is selected. A label that an alert lacks counts as empty, as Alertmanager has it. */
export function matchAll(matchers: Matchers, labels: KnownLabels): Match {
  if (matchers === undefined) return 'perhaps';
  const matches = matchers.map((matcher) => matchOne(matcher, labels));
  if (matches.includes('no')) return 'no';
  return matches.includes('perhaps') ? 'perhaps' : 'yes';
}

/** The labels for which it is not known whether they match. */
export function undecidedLabels(matchers: Matchers, labels: KnownLabels): readonly string[] {
  return (matchers ?? []).filter((each) => matchOne(each, labels) === 'perhaps').map(({ label }) => label);
}

function matchOne({ label, operator, value }: Matcher, labels: KnownLabels): Match {
  const isNegated = operator.startsWith('!');
  const known = Object.hasOwn(labels, label) ? labels[label] : undefined;
  const matched = operator.endsWith('~') ? matchExpression(value, known) : matchText(value, known);
  if (matched === undefined) return 'perhaps';
  return matched === isNegated ? 'no' : 'yes';
}

function matchText(value: string, known: string | null | undefined): boolean | undefined {
  if (typeof known === 'string') return known === value;
  return known === null && value === '' ? false : undefined;
}

/** Go's expressions are anchored. One that JavaScript does not read is not decided. */
function matchExpression(value: string, known: string | null | undefined): boolean | undefined {
  if (value === '.*' || (value === '.+' && known === null)) return true;
  if (typeof known !== 'string') return undefined;
  try {
    return new RegExp(`^(?:${value})$`, 's').test(known);
  } catch {
    return undefined;
  }
}

function readOlder(owner: LocatedMap, key: string, operator: '=' | '=~', reader: SettingsReader): Matchers {
  if (!owner.entries.has(key)) return [];
  const entries = [...(reader.map(owner, key)?.entries ?? [])];
  const matchers = entries.flatMap(([label, located]): readonly Matcher[] => {
    const value = asText(located);
    return value === undefined ? [] : [{ label, operator, value }];
  });
  return entries.length > 0 && matchers.length === entries.length ? matchers : undefined;
}

function isOperator(text: string | undefined): text is Matcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

function unquote(text: string): string {
  return text.startsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter))
    : text.trim();
}
