import type { FuzzTarget } from './target.ts';
import { targets as honest } from './targets.ts';

/** An entrance that is broken on purpose: it shows that the judgement can fail. */
export interface FuzzMutant {
  readonly breaks: string;
  /** What the judgement says of it, in part. */
  readonly caught: string;
  readonly target: FuzzTarget;
}

const ESC = '\u001b';
const ESCAPED = JSON.stringify(ESC).slice(1, -1);

export const mutants: readonly FuzzMutant[] = [
  {
    breaks: 'a reader of events that throws where half of a surrogate pair stands',
    caught: 'it threw URIError',
    target: broken('slack-event', (input) => void encodeURIComponent(textOf(input))),
  },
  {
    breaks: 'a log that writes texts as they are',
    caught: 'logged: U+',
    target: changed('alertmanager-webhook', (seen, input) => ({
      ...seen,
      logged: [`${input.replaceAll(ESCAPED, ESC)}\n`],
    })),
  },
  {
    breaks: 'a message to Slack that is not escaped',
    caught: 'is not escaped',
    target: changed('slack-command', (seen, input) => ({
      ...seen,
      slack: [input.replaceAll(/[\p{C}\u2028\u2029]/gu, ' ').slice(0, 3_000)],
    })),
  },
  {
    breaks: 'a refusal that repeats all that was sent',
    caught: 'characters, begins with',
    target: changed('node-output', (seen, input) => ({ ...seen, refused: [`not evidence: ${input}`] })),
  },
  {
    breaks: 'a refusal without a word',
    caught: 'it was refused without a reason',
    target: changed('configuration', ({ refused = [] }) => ({ refused: refused.map(() => '') })),
  },
  {
    breaks: 'a report that obeys what a file says',
    caught: 'printed: U+001B',
    target: changed('alertmanager-file', (seen, input) => ({
      ...seen,
      printed: [
        input
          .split(ESC)
          .map((part) => part.replaceAll(/\P{L}/gu, ''))
          .join(ESC),
      ],
    })),
  },
  {
    breaks: 'a plan for evidence that never ends',
    caught: 'it did not end within',
    target: broken('evidence', (input) => {
      while (input.includes('__proto__'));
    }),
  },
  {
    breaks: 'a reader of items that keeps everything many times',
    caught: 'MB',
    target: broken('stored-record', (input) => {
      const kept: string[][] = [];
      while (input.includes('constructor')) kept.push(Array.from({ length: 10_000 }, () => `${input}${kept.length}`));
    }),
  },
  {
    breaks: 'a call that is never answered',
    caught: 'it did not end within',
    target: { ...named('approval-answer'), receive: () => new Promise(() => undefined) },
  },
];

/** Whether it can only be caught from another thread, because it keeps its own from going on. */
export function needsThread({ caught }: FuzzMutant): boolean {
  return caught === 'MB' || caught.startsWith('it did not end');
}

/** For the thread. */
export const targets: readonly FuzzTarget[] = mutants.map(({ target }) => target);

function named(name: string): FuzzTarget {
  const found = honest.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no target ${name}`);
  return found;
}

function broken(name: string, first: (input: string) => void): FuzzTarget {
  const target = named(name);
  return {
    ...target,
    receive: async (input) => {
      first(input);
      return target.receive(input);
    },
  };
}

type Answer = Awaited<ReturnType<FuzzTarget['receive']>>;

function changed(name: string, change: (seen: Answer, input: string) => Answer): FuzzTarget {
  const target = named(name);
  return { ...target, receive: async (input) => change(await target.receive(input), input) };
}

/** Every string of a JSON value, one after the other. */
function textOf(input: string): string {
  const texts: string[] = [];
  try {
    JSON.parse(input, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
  } catch {
    // No JSON: what was read until then.
  }
  return texts.join(' ');
}
