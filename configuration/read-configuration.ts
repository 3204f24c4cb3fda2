import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type * as z from 'zod';
import { type Finding, firstFindings, type Place } from '../adapters/yaml/finding.ts';
import { type ParsedYaml, parseYaml } from '../adapters/yaml/parse-yaml.ts';
import { Configuration } from './configuration.ts';
import { toldByType } from './told-by-type.ts';
import { describeUnknownKey } from './unknown-key.ts';

export type ReadConfiguration =
  | { readonly type: 'read'; readonly configuration: Configuration }
  | { readonly type: 'invalid'; readonly findings: readonly Finding[] };

type Path = readonly PropertyKey[];
type Parsed = Extract<ParsedYaml, { type: 'parsed' }>;

/** Reads restitch.config.yaml. What is wrong is told with its place and what to write instead, in the order of the lines. */
export function readConfiguration(text: string): ReadConfiguration {
  const parsed = parseYaml(text, '1.2');
  if (parsed.type === 'invalid') return parsed;
  // What aliases may repeat was checked.
  const result = Configuration.safeParse(parsed.document.toJS({ maxAliasCount: -1 }) ?? {}, { error: toldByType });
  if (result.success) return { type: 'read', configuration: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, parsed));
  return {
    type: 'invalid',
    findings: firstFindings(findings.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)),
  };
}

function findingsOf(issue: z.core.$ZodIssue, parsed: Parsed): readonly Finding[] {
  const finding = (path: Path, message: string): Finding => {
    const name = nameOf(path);
    return { at: placeOf(path, parsed), severity: 'error', text: name === '' ? message : `${name}: ${message}` };
  };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => finding([...issue.path, key], describeUnknownKey(issue.path, key)));
    case 'invalid_key':
      return issue.issues.map(({ message }) => finding(issue.path, message));
    default:
      return [finding(issue.path, issue.message)];
  }
}

/** `clusters[0].eks.ca`. */
function nameOf(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Of the key, or of the item of a list; of what should hold it where it is missing. */
function placeOf(path: Path, { document, placeAt }: Parsed): Place {
  let node: ParsedNode | null = document.contents;
  let offset = node?.range[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key: each }) => isScalar(each) && String(each.value) === String(key));
      if (pair === undefined) break;
      offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key] ?? null;
      offset = node?.range?.[0] ?? offset;
    } else break;
  }
  return placeAt(offset);
}
