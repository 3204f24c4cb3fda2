import fc from 'fast-check';
import { hostileTexts } from './hostile.ts';

/** One change of a text at one place. */
export interface TextDamage {
  readonly kind: 'insert' | 'delete' | 'repeat' | 'replace' | 'cut' | 'move-line' | 'indent';
  /** Where, of 10,000 parts of the text. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const PARTS = 10_000;
const TIMES = 50;

export const anyTextDamage: fc.Arbitrary<TextDamage> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'repeat', 'replace', 'cut', 'move-line', 'indent'),
  at: fc.nat({ max: PARTS }),
  length: fc.nat({ max: 60 }),
  text: fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...'{}[]",:\\\'&*!|>%@`#-?~\n\t\0'),
  ),
});

export function damageText(text: string, { kind, at, length, text: given }: TextDamage): string {
  const from = Math.floor((text.length * at) / PARTS);
  const before = text.slice(0, from);
  const part = text.slice(from, from + length);
  const after = text.slice(from + length);
  switch (kind) {
    case 'insert':
      return before + given + part + after;
    case 'delete':
      return before + after;
    case 'repeat':
      return before + part.repeat(TIMES) + after;
    case 'replace':
      return before + given + after;
    case 'cut':
      return before;
    case 'move-line': {
      const lines = text.split('\n');
      const line = Math.floor((lines.length * at) / PARTS);
      const taken = lines.splice(line, 1);
      lines.splice((line + length) % (lines.length + 1), 0, ...taken);
      return lines.join('\n');
    }
    case 'indent': {
      const lines = text.split('\n');
      const line = Math.floor((lines.length * at) / PARTS);
      return lines.map((each, index) => (index === line ? ' '.repeat(length % 9) + each.trimStart() : each)).join('\n');
    }
    default:
      return text;
  }
}
