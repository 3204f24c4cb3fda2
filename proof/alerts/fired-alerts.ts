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
const TOLD = /alertname: ?(\w+), time: (?:(\d+)h)?(?:(\d+)m)?[^,]*,([\s\S]*?)(?=alertname: |$)/g;

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
    const told = toldAlerts(said);
    return askedAtMinutes.map((asked) => told.flatMap(({ minute, fired }) => (minute === asked ? fired : [])));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The alerts of one name that fire in one full minute of a test of promtool. */
export interface ToldAlert {
  readonly alertname: string;
  readonly minute: number;
  readonly fired: readonly Labels[];
}

/** What `promtool test rules` prints of a test that expects no alert. */
export function toldAlerts(said: string): readonly ToldAlert[] {
  return [...said.matchAll(TOLD)].map(([, alertname = '', hours = '0', minutes = '0', got = '']) => ({
    alertname,
    minute: Number(hours) * 60 + Number(minutes),
    fired: [...got.matchAll(/Labels:\{(.*?)\}\s*Annotations:/gs)].map(([, text = '']) => parseLabels(text)),
  }));
}

/** `ALERTNAME@NODE`. */
export function nameOf({ alertname, node }: Labels): string {
  return `${alertname}@${node ?? '-'}`;
}

function parseLabels(text: string): Labels {
  return Object.fromEntries(
    [...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
