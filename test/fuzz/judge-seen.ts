import type { Seen } from './target.ts';

/** Alertmanager, Slack and people read it; CloudWatch takes 256 KB for a line. */
const MOST_CHARACTERS = { refused: 4_000, answers: 16_000, logged: 16_000, slack: 4_000, printed: 100_000 } as const;

/**
 * A control character, or one that changes how others are shown (\p{Cf}): a terminal obeys it, and a line of ours can be forged with
 * it. Half of a surrogate pair is none.
 */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** What is wrong with what an entrance did; undefined: nothing. */
export function judgeSeen(seen: Seen): string | undefined {
  const { refused = [], answers = [], logged = [], slack = [], printed = [] } = seen;
  return (
    judgeTexts('refused', refused) ??
    judgeTexts('answers', answers) ??
    // Every line of the log ends with its only line break.
    judgeTexts(
      'logged',
      logged.map((line) => line.replace(/\n$/, '')),
    ) ??
    judgeTexts('slack', slack.map(withoutBreaks)) ??
    // A tab of a terminal forges nothing.
    judgeTexts(
      'printed',
      printed.map((text) => withoutBreaks(text).replaceAll('\t', '')),
    ) ??
    slack.map(judgeMrkdwn).find(isText) ??
    refused.map((why) => (why.trim() === '' ? 'it was refused without a reason' : undefined)).find(isText) ??
    logged.map(judgeLine).find(isText)
  );
}

function judgeTexts(kind: keyof typeof MOST_CHARACTERS, texts: readonly string[]): string | undefined {
  for (const text of texts) {
    if (text.length > MOST_CHARACTERS[kind]) return `${kind}: ${text.length} characters, begins with ${begin(text)}`;
    const found = CONTROL.exec(text);
    if (found !== null)
      return `${kind}: ${codeOf(found[0])} stands in it, after ${begin(text.slice(Math.max(0, found.index - 60), found.index))}`;
  }
  return undefined;
}

function withoutBreaks(text: string): string {
  return text.replaceAll('\n', '');
}

/** Of what stands between `<` and `>` we write times only; everything else mentions or links somebody. */
function judgeMrkdwn(text: string): string | undefined {
  if (!text.isWellFormed()) return `slack: half of a surrogate pair stands in ${begin(text.toWellFormed())}`;
  const found = /<(?!!date\^)[^>]*/.exec(text);
  return found === null ? undefined : `slack: ${begin(found[0])} is not escaped`;
}

function judgeLine(line: string): string | undefined {
  try {
    JSON.parse(line);
    return undefined;
  } catch {
    return `logged: not JSON: ${begin(line)}`;
  }
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).padStart(4, '0').toUpperCase()}`;
}

function begin(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
