import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../lab/run-program.ts';
import { askedAtMinutes, promtoolInput } from './promtool-input.ts';
import type { Recording } from './record-fault.ts';

/** Labels of an alert, `alertname` among them. */
export type Labels = Readonly<Record<string, string>>;

const TIMEOUT_MS = 120_000;
/** What promtool prints of one alert at one time. */
const TOLD = /alertname: ?\w+, time: (?:(\d+)h)?(?:(\d+)m)?[^,]*,([\s\S]*?)(?=alertname: |$)/g;

/** The alerts that fire in each full minute after the fault, before any inhibition. Throws when promtool cannot say. */
export async function firedAlerts(
  recording: Recording,
  ruleFile: string,
  alerts: readonly string[],
): Promise<readonly (readonly Labels[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-promtool-'));
  try {
    const file = join(folder, 'test.yml');
    await writeFile(file, promtoolInput(recording, ruleFile, alerts));
    const { code, stdout, stderr } = await runProgram(['promtool', 'test', 'rules', file], { timeoutMs: TIMEOUT_MS });
    const said = stdout + stderr;
    if (code !== 0 && !said.includes('got:[')) throw new Error(said.trim());
    const told = [...said.matchAll(TOLD)].flatMap(readTold);
    return askedAtMinutes.map((asked) => told.flatMap(({ minute, labels }) => (minute === asked ? [labels] : [])));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Told {
  readonly minute: number;
  readonly labels: Labels;
}

function readTold([, hours = '0', minutes = '0', got = '']: RegExpExecArray): readonly Told[] {
  const minute = Number(hours) * 60 + Number(minutes);
  return [...got.matchAll(/Labels:\{(.*?)\}\s*Annotations:/gs)].map(([, text]) => ({
    minute,
    labels: parseLabels(text ?? ''),
  }));
}

function parseLabels(text: string): Labels {
  return Object.fromEntries(
    [...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
