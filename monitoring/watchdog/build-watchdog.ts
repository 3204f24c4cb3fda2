import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of the script that stand in it as text, by the variable that holds them. */
const texts = {
  metrics: 'metrics.txt',
  read_awk: 'read.awk',
  plan_awk: 'plan.awk',
  judge_awk: 'judge.awk',
  report_awk: 'report.awk',
} as const;

/** The watchdog as one POSIX sh script. `read` gives the text of a file in monitoring/watchdog/node. */
export function buildWatchdog(read: (file: string) => string): string {
  const held = Object.entries(texts).map(
    ([name, file]) => `${name}=$(cat <<'RESTITCH_TEXT'\n${read(file).trimEnd()}\nRESTITCH_TEXT\n)\n`,
  );
  return [read('settings.sh'), ...held, read('look.sh'), read('watchdog.sh')].join('\n');
}

/** The same from the files beside this one. */
export function buildWatchdogFrom(folder: string = join(import.meta.dirname, 'node')): string {
  return buildWatchdog((file) => readFileSync(join(folder, file), 'utf8'));
}
