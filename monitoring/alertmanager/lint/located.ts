import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Finding, Place } from '../../../adapters/yaml/finding.ts';
import { parseYaml } from '../../../adapters/yaml/parse-yaml.ts';

/** A part of a YAML file with its place. `undecided`: a template or a tag such as `!include`, whose value is not in this file. */
export type Located = { readonly at: Place } & (
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Located[] }
  | LocatedMap
  | { readonly kind: 'undecided'; readonly why: string }
);

export interface LocatedMap {
  readonly at: Place;
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Located>;
}

export type LocatedFile =
  | { readonly type: 'read'; readonly root: Located }
  | { readonly type: 'invalid'; readonly findings: readonly Finding[] };

/** What the converter needs of the file. */
interface Source {
  readonly text: string;
  readonly resolve: (node: unknown) => Node | undefined;
  readonly placeAt: (offset: number) => Place;
}

const TEMPLATE = /\{\{|\$\{/;

/** Reads YAML 1.1, as Alertmanager does (`yes` is true there). */
export function locate(text: string): LocatedFile {
  const parsed = parseYaml(text, '1.1');
  if (parsed.type === 'invalid') {
    const remark = TEMPLATE.test(text) ? ' It holds templates: lint the file that they make.' : '';
    return {
      type: 'invalid',
      findings: parsed.findings.map((finding) => ({ ...finding, text: finding.text + remark })),
    };
  }
  const { document, placeAt } = parsed;
  const resolve = (node: unknown): Node | undefined => {
    if (isAlias(node)) return node.resolve(document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  };
  const source: Source = { text, resolve, placeAt };
  return { type: 'read', root: convert(document.contents, source, { line: 1, column: 1 }) };
}

/** `owner`: the place of the key, for a value that is left empty. */
function convert(given: unknown, source: Source, owner: Place): Located {
  const node = source.resolve(given);
  if (node === undefined) return { kind: 'scalar', at: owner, value: null };
  const offset = node.range?.[0];
  const at = offset === undefined ? owner : source.placeAt(offset);
  if (node.tag?.startsWith('!') === true) return { kind: 'undecided', at, why: `${node.tag} takes it from elsewhere` };
  if (offset !== undefined && source.text.startsWith('{{', offset)) return templated(at);
  if (isMap(node)) return { kind: 'map', at, entries: entriesOf(node.items, source, at) };
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => convert(item, source, at)) };
  return scalar(isScalar(node) ? node.value : null, at);
}

function scalar(value: unknown, at: Place): Located {
  if (typeof value === 'string' && TEMPLATE.test(value)) return templated(at);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', at, value };
  return { kind: 'scalar', at, value: String(value) };
}

function templated(at: Place): Located {
  return { kind: 'undecided', at, why: 'a template fills it in' };
}

/** With the entries of `<<` first, so that the map's own win. */
function entriesOf(pairs: readonly Pair[], source: Source, at: Place): ReadonlyMap<string, Located> {
  const own: [string, Located][] = [];
  const merged: [string, Located][] = [];
  for (const { key, value } of pairs) {
    const keyNode = source.resolve(key);
    const keyAt = keyNode?.range == null ? at : source.placeAt(keyNode.range[0]);
    const located = convert(value, source, keyAt);
    const name = isScalar(keyNode) ? nameOf(keyNode.value) : undefined;
    if (name === undefined) continue;
    if (name === '<<') merged.push(...mergedFrom(located));
    else own.push([name, located]);
  }
  return new Map([...merged, ...own]);
}

function nameOf(value: unknown): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function mergedFrom(located: Located): readonly [string, Located][] {
  if (located.kind === 'map') return [...located.entries];
  return located.kind === 'list' ? located.items.toReversed().flatMap(mergedFrom) : [];
}
