import { readFileSync } from 'node:fs';
import type { Outcome } from './outcome.ts';
import { failed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

const STANDARD_INPUT = 0;

/** `-batch FILE`: one command per line. Without `-force` the first failure ends it; either way it makes the exit code 1. */
export function runBatch(
  host: SimulatedHost,
  file: string,
  force: boolean,
  runLine: (host: SimulatedHost, words: readonly string[]) => Outcome,
): Outcome {
  let text: string;
  try {
    text = readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8');
  } catch {
    return failed(host, 1, `Cannot open file "${file}" for reading: No such file or directory`);
  }
  let current = host;
  const stdout: string[] = [];
  const stderr: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = wordsOf(line);
    if (words.length === 0) continue;
    const outcome = runLine(current, words);
    current = outcome.host;
    stdout.push(outcome.stdout);
    stderr.push(outcome.stderr);
    if (outcome.code === 0) continue;
    stderr.push(`Command failed ${file}:${index + 1}\n`);
    if (!force) break;
  }
  const broken = stderr.some((said) => said !== '');
  return { host: current, code: broken ? 1 : 0, stdout: stdout.join(''), stderr: stderr.join('') };
}

function wordsOf(line: string): readonly string[] {
  return line
    .replace(/#.*/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}
