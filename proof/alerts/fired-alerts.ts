import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../lab/run-program.ts';
import { promtoolInput } from './promtool-input.ts';
import type { Recording } from './record-fault.ts';

/** Labels of an alert, `alertname` among them. */
export type Labels = Readonly<Record<string, string>>;

const TIMEOUT_MS = 60_000;

/** The alerts that fire ten minutes into a recording, before any inhibition. Throws when promtool cannot say. */
export async function firedAlerts(
  recording: Recording,
  ruleFile: string,
  alerts: readonly string[],
): Promise<readonly Labels[]> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-promtool-'));
  try {
    const file = join(folder, 'test.yml');
    await writeFile(file, promtoolInput(recording, ruleFile, alerts));
    const { code, stdout, stderr } = await runProgram(['promtool', 'test', 'rules', file], { timeoutMs: TIMEOUT_MS });
    const said = stdout + stderr;
    if (code !== 0 && !said.includes('got:[')) throw new Error(said.trim());
    return [...said.matchAll(/Labels:\{(.*?)\}\s*Annotations:/gs)].map(([, text]) => parseLabels(text ?? ''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseLabels(text: string): Labels {
  return Object.fromEntries(
    [...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
