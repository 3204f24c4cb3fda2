import { type Document, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { type Finding, firstFindings, type Place } from './finding.ts';
import { unusableNodes } from './unusable-nodes.ts';

export type ParsedYaml =
  | {
      readonly type: 'parsed';
      readonly document: Document.Parsed<ParsedNode>;
      /** `offset`: in characters from the beginning of the text. */
      readonly placeAt: (offset: number) => Place;
    }
  | { readonly type: 'invalid'; readonly findings: readonly Finding[] };

/** Parses YAML; what is no YAML is told with its place. In version 1.1 `yes` and `off` are booleans, in 1.2 they are words. */
export function parseYaml(text: string, version: '1.1' | '1.2'): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseNested(text, { version, lineCounter, logLevel: 'silent' });
  if (document === undefined) {
    const text = 'no YAML that can be read: it is nested too deep.';
    return { type: 'invalid', findings: [{ at: { line: 1, column: 1 }, severity: 'error', text }] };
  }
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const findings = document.errors.map(({ pos, message }): Finding => {
    const [what] = message.split(' at line ');
    return { at: placeAt(pos[0]), severity: 'error', text: `no YAML: ${what?.split('\n')[0]}.` };
  });
  if (findings.length > 0) return { type: 'invalid', findings: firstFindings(findings) };
  const unusable = unusableNodes(document.contents).map(({ node, why }): Finding => {
    return { at: placeAt(node.range?.[0] ?? 0), severity: 'error', text: `${why}: write it another way.` };
  });
  return unusable.length === 0
    ? { type: 'parsed', document, placeAt }
    : { type: 'invalid', findings: firstFindings(unusable) };
}

/** Undefined: the parser, which goes down into what is nested, had no room left. */
function parseNested(
  text: string,
  options: Parameters<typeof parseDocument>[1],
): Document.Parsed<ParsedNode> | undefined {
  try {
    return parseDocument(text, options);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
