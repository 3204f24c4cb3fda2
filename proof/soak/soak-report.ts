import type { EpisodeRow } from './episode.ts';
import { describePlan } from './episode-plan.ts';

/** The process between two episodes. */
export interface SoakReading {
  readonly episodes: number;
  readonly megabytes: number;
  readonly storedMegabytes: number;
}

export interface Soaked {
  readonly seed: number;
  readonly hours: number;
  readonly rows: readonly EpisodeRow[];
  readonly readings: readonly SoakReading[];
}

/** `214 episodes in 2.0 hours, seed 1: 64 kills, 48 pauses, 0 ended otherwise than they should`. */
export function summarize({ seed, hours, rows }: Soaked): string {
  const kills = rows.reduce((sum, { plan }) => sum + plan.kills.length, 0);
  const pauses = rows.filter(({ plan }) => plan.pause !== null).length;
  const wrong = rows.filter((row) => row.wrong.length > 0).length;
  return `${rows.length} episodes in ${hours.toFixed(1)} hours, seed ${seed}: ${kills} kills, ${pauses} pauses, ${wrong} ended otherwise than they should`;
}

/** As Markdown. */
export function soakReport(soaked: Soaked): string {
  const { rows, readings, seed } = soaked;
  const wrong = rows.filter((row) => row.wrong.length > 0);
  const outcomes = Map.groupBy(
    rows.flatMap((row) => row.outcomes),
    (outcome) => outcome,
  );
  return [
    '# Soak report',
    '',
    `Written by \`npm run soak\`: ${summarize(soaked)}.`,
    '',
    'An episode breaks the lab of network namespaces with a fault of the catalogue, sends its alert, lets people answer, pause or mend, and kills',
    'the process of `npm start`, as the seed says. Then the fault is mended, and nothing may be left.',
    '',
    '| incidents that ended as | |',
    '| --- | --- |',
    ...[...outcomes].map(([outcome, all]) => `| ${outcome} | ${all.length} |`),
    '',
    '| after episodes | memory of the process, MB | its state folder, MB |',
    '| --- | --- | --- |',
    ...readings.map((each) => `| ${each.episodes} | ${each.megabytes} | ${each.storedMegabytes} |`),
    '',
    '## What ended otherwise than it should',
    '',
    ...(wrong.length === 0 ? ['Nothing.'] : wrong.flatMap(describeRow)),
    '',
    `Each again: \`npm run soak -- --seed ${seed} --episode NUMBER\`.`,
    '',
  ].join('\n');
}

function describeRow({ number, plan, outcomes, wrong }: EpisodeRow): readonly string[] {
  const ended = outcomes.join(', ') || 'no incident';
  return [
    `- Episode ${number}, \`${plan.fault.name}\`, ${describePlan(plan)}; ended as ${ended}:`,
    ...wrong.map((sentence) => `  ${sentence}.`),
  ];
}
