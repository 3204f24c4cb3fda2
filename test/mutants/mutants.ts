import { existsSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { rooms } from './rooms.ts';

const names = Object.keys(rooms);
const USAGE = `usage: npm run mutants -- [--changed] [FOLDER|FILE]... (in ${names.join(', ')})`;
/** Of a hundred mutants of a folder. Below this a run fails. */
const LEAST_SCORE = 90;
const FOLDER = '.restitch/mutants';
const SANDBOX = `${FOLDER}/sandbox`;

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/**
 * `npm run mutants`: changes one place after the other, and runs the tests that come by there. Returns the exit code: 0: they notice
 * enough; 1: too little; 2: wrong usage.
 */
export async function mutants(args: readonly string[], say: (line: string) => void): Promise<number> {
  const wanted = readArguments(args);
  if (wanted === undefined) {
    say(USAGE);
    return 2;
  }
  const scores: string[] = [];
  let low = 0;
  for (const room of names.filter((name) => wanted.paths.some((path) => isWithin(path, name)))) {
    const paths = wanted.paths.filter((path) => isWithin(path, room));
    const all = await runStryker(room, paths, wanted.changed);
    // What an earlier run found in other files is among them.
    const results = all.filter(({ fileName }) => paths.some((path) => isWithin(placeOf(fileName), path)));
    const survived = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    const noticed = results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
    for (const each of survived) say(describe(each));
    const count = noticed + survived.length;
    const score = count === 0 ? 100 : Math.floor((noticed * 1_000) / count) / 10;
    if (score < LEAST_SCORE) low += 1;
    scores.push(`${room} ${score} % (${noticed} of ${count})`);
  }
  say(`mutants that were noticed: ${scores.join(', ')}; ${low} below ${LEAST_SCORE} %`);
  return low === 0 ? 0 : 1;
}

/** Undefined: wrong usage. */
function readArguments(args: readonly string[]): { paths: readonly string[]; changed: boolean } | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { changed: { type: 'boolean', default: false } },
    });
    const paths = positionals.length === 0 ? names : positionals.map((path) => path.replace(/\/$/, ''));
    const areKnown = paths.every((path) => existsSync(path) && names.some((name) => isWithin(path, name)));
    return areKnown ? { paths, changed: values.changed } : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

async function runStryker(room: string, paths: readonly string[], changed: boolean): Promise<readonly MutantResult[]> {
  process.env['MUTANTS_ROOM'] = room;
  const report = `${FOLDER}/${room.replace('/', '-')}`;
  const stryker = new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutants/vitest.config.ts', related: false },
    mutate: paths.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)),
    coverageAnalysis: 'perTest',
    concurrency: 2,
    // Texts are for people.
    mutator: { excludedMutations: ['StringLiteral'] },
    ignoreStatic: true,
    // It would be rewritten by an interface of the compiler that TypeScript 7 has not.
    tsconfigFile: 'none',
    ignorePatterns: ['/docs', '/.restitch*', '/cdk.out', '/dist'],
    tempDirName: SANDBOX,
    cleanTempDir: 'always',
    incremental: true,
    incrementalFile: `${report}.json`,
    force: !changed,
    htmlReporter: { fileName: `${report}.html` },
    reporters: ['progress-append-only', 'html'],
    thresholds: { high: 100, low: LEAST_SCORE, break: LEAST_SCORE },
    timeoutMS: 20_000,
  });
  try {
    return await stryker.runMutationTest();
  } finally {
    // Also of a run that was ended before.
    rmSync(SANDBOX, { recursive: true, force: true });
  }
}

function describe({ fileName, location: { start }, mutatorName, replacement = '' }: MutantResult): string {
  const place = `${placeOf(fileName)}:${start.line}:${start.column}`;
  return `survived: ${place} ${mutatorName}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}`;
}

/** In the repository: a file may be told with the folder that it was copied to. */
function placeOf(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf('core/'));
}
