import { type Document, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { Finding, Place } from './finding.ts';

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
  const document = parseDocument(text, { version, lineCounter, logLevel: 'silent' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length === 0) return { type: 'parsed', document, placeAt };
  const findings = document.errors.map(({ pos, message }): Finding => {
    const [what] = message.split(' at line ');
    return { at: placeAt(pos[0]), severity: 'error', text: `no YAML: ${what?.split('\n')[0]}.` };
  });
  return { type: 'invalid', findings };
}
