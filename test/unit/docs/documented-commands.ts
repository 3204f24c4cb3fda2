import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** A command of `restitch` that a page shows. */
export interface DocumentedCommand {
  readonly page: string;
  /** The whole line for a shell, without its prompt. */
  readonly line: string;
  /** Its first command as its words, without remark. */
  readonly text: string;
  /** Of `restitch`: `npm start -- --drill x` is `start --drill x`. */
  readonly args: readonly string[];
  /** A code block of its own, or within a sentence, where often only the name is given. */
  readonly inBlock: boolean;
  /** The lines that the page shows as its output, perhaps not all of them; empty: none. */
  readonly output: readonly string[];
  /** The code block before it, in which the page shows the file that it reads. */
  readonly blockBefore: string;
}

interface Block {
  readonly language: string;
  readonly text: string;
}

/** README and the pages of docs. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))];
  return pages.flatMap((name) => {
    const page = name === 'README.md' ? name : `docs/${name}`;
    return commandsOn(page, readFileSync(join(root, page), 'utf8'));
  });
}

export function commandsOn(page: string, markdown: string): readonly DocumentedCommand[] {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(
    ([, language = '', text = '']): Block => ({ language, text }),
  );
  const inBlocks = blocks.flatMap((block, at) => commandsIn(page, block, blocks[at - 1], blocks[at + 1]));
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) =>
    // `restitch … --json` stands for many.
    text.includes('…') ? [] : (toCommand(page, text) ?? []),
  );
  return [...inBlocks, ...spans.map((command) => ({ ...command, inBlock: false }))];
}

const shells = ['sh', 'bash', 'shell', 'console', ''];

function commandsIn(page: string, block: Block, before?: Block, after?: Block): readonly DocumentedCommand[] {
  if (!shells.includes(block.language)) return [];
  const hasPrompts = block.language === 'console';
  const lines = block.text
    .trimEnd()
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const commands = lines.flatMap((line, at) => {
    if (hasPrompts && !line.startsWith('$ ')) return [];
    const next = lines.findIndex((other, later) => later > at && other.startsWith('$ '));
    const output = hasPrompts ? lines.slice(at + 1, next < 0 ? undefined : next) : [];
    const command = toCommand(page, line);
    return command === undefined ? [] : [{ ...command, output, blockBefore: before?.text ?? '' }];
  });
  // A block without a language straight after one command is what that prints.
  const shown = after?.language === '' && !hasPrompts && commands.length === 1 ? after.text.trimEnd().split('\n') : [];
  return commands.map((command) => (shown.length === 0 ? command : { ...command, output: shown }));
}

const CALLS = [
  { call: /^(?:npx |npm run (?:--silent |-s )?)?restitch (?:-- )?(?=\S)/, args: [] },
  { call: /^npm start(?: -- |$)/, args: ['start'] },
] as const;

/** Undefined: it is no command of `restitch`. */
function toCommand(page: string, shown: string): DocumentedCommand | undefined {
  const line = shown.replace(/^\$ /, '');
  const text = wordsOf(line.replace(/^source <\((.*?)\)/, '$1').replace(/^(?:[A-Z_]+=\S* )+/, ''));
  for (const { call, args } of CALLS) {
    const match = call.exec(text.join(' '));
    if (match === null) continue;
    const skipped = match[0].trim().split(' ').length;
    const command = { page, line, text: text.join(' '), args: [...args, ...text.slice(skipped)] };
    return { ...command, inBlock: true, output: [], blockBefore: '' };
  }
  return undefined;
}

/** The words of the first command of a line, as a shell splits them; a remark ends it. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, double, single, bare = ''] of line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    const word = double ?? single ?? bare;
    if (double === undefined && single === undefined && /^(#.*|\||&&|;|>)$/.test(bare)) break;
    words.push(word);
  }
  return words;
}
