import { parseArgs } from 'node:util';
import { type Death, type Enumeration, enumerate, stories } from './crash-points.ts';

const names = stories.map(({ name }) => name);
const USAGE = `usage: npm run crashpoints -- [--story ${names.join('|')}]`;

/**
 * `npm run crashpoints`: plays each story with a death at every call that has an effect, and reports each death that changed how
 * it ended. Returns the exit code: 0: none did; 1: one did; 2: wrong usage.
 */
export async function countDeaths(args: readonly string[], say: (line: string) => void): Promise<number> {
  const chosen = readStory(args);
  if (chosen === undefined) {
    say(USAGE);
    return 2;
  }
  const all: Enumeration[] = [];
  for (const story of stories.filter(({ name }) => chosen === 'all' || name === chosen)) {
    const done = await enumerate(story);
    all.push(done);
    for (const line of report(done)) say(line);
  }
  const sum = (count: (each: Enumeration) => number) => all.reduce((total, each) => total + count(each), 0);
  const deaths = sum((each) => each.deaths).toLocaleString('en-GB');
  const otherwise = sum(({ found }) => found.length);
  say(`${all.length} stories, ${deaths} deaths, ${otherwise} of them changed how a story ended`);
  return otherwise === 0 ? 0 : 1;
}

function readStory(args: readonly string[]): string | undefined {
  try {
    const { story = 'all' } = parseArgs({ args: [...args], options: { story: { type: 'string' } } }).values;
    return ['all', ...names].includes(story) ? story : undefined;
  } catch {
    return undefined;
  }
}

/** For a person: how the story ends, and what each death changed. */
function report({ story, undisturbed, deaths, found }: Enumeration): readonly string[] {
  const { outcomes, executed } = undisturbed;
  return [
    `${story.name}: ${story.what}. ${deaths} deaths; undisturbed: ${outcomes.join(', ')}; executed: ${executed.join(', ') || 'nothing'}`,
    ...found.flatMap(linesOf),
  ];
}

function linesOf({ point, actor, call, violations, ending: { outcomes, executed } }: Death): readonly string[] {
  const when = point.after ? 'after' : 'before';
  return [
    `  ${actor} dies ${when} call ${point.call}, ${call}: ${outcomes.join(', ')}; executed: ${executed.join(', ') || 'nothing'}`,
    ...violations.map(({ invariant, what }) => `    violation of ${invariant}: ${what}`),
  ];
}
