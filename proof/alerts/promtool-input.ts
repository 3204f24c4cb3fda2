import { stringify } from 'yaml';
import type { Recording } from './record-fault.ts';
import type { Scrape } from './scrape-fleet.ts';

/** Samples are this far apart. Closer ones change no answer, and promtool takes its time with each. */
const STEP_SECONDS = 60;
const STEPS_BEFORE = 6;
const STEPS_AFTER = 11;
/** When the alerts are asked for: at every sample from the first one after the fault on. Minutes of the recording. */
export const askedAtMinutes: readonly number[] = Array.from({ length: STEPS_AFTER }, (_, step) => STEPS_BEFORE + step);
/** promtool reads no infinity. */
const NEVER_SECONDS = 1e9;

/**
 * A test file of promtool in which a recording goes on: five minutes as before the fault, then ten as the second run after
 * it found, or the later ones in turn. Counters and ages go on growing as they grew between the two runs. No alert is expected, so promtool tells each.
 */
export function promtoolInput(recording: Recording, ruleFile: string, alerts: readonly string[]): string {
  const [first, second, ...more] = recording.after;
  const before = samplesOf(recording.before);
  const early = samplesOf(first);
  const late = [second, ...more].map(samplesOf);
  const names = new Set([before, ...late].flatMap((samples) => [...samples.keys()]));
  const elapsed = second.at - first.at;
  const series = [...names].map((name) => ({
    series: withCluster(name),
    values: [
      past(name, before.get(name), recording.before.at),
      future(
        name,
        early.get(name),
        late.map((samples) => samples.get(name)),
        elapsed,
        second.at,
      ),
    ].join(' '),
  }));
  return stringify(
    {
      rule_files: [ruleFile],
      evaluation_interval: `${STEP_SECONDS}s`,
      tests: [
        {
          interval: `${STEP_SECONDS}s`,
          input_series: series,
          alert_rule_test: askedAtMinutes.flatMap((minute) =>
            alerts.map((alertname) => ({ eval_time: `${minute}m`, alertname, exp_alerts: [] })),
          ),
        },
      ],
    },
    { lineWidth: 0 },
  );
}

function samplesOf({ text }: Scrape): ReadonlyMap<string, number> {
  const lines = Object.values(text).flatMap((said) => said.split('\n'));
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^([a-z][^ ]*\{.*\}) (\S+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value === '+Inf' ? NEVER_SECONDS : Number(value)] as const];
    }),
  );
}

const withCluster = (name: string) => name.replace('{', '{cluster="lab",');
const isTimestamp = (name: string) => name.includes('_timestamp_seconds');

/** What may be another in each run while everything stays as it is. */
const isProbe = (name: string) => name.startsWith('restitch_probe_');

function inTurn(late: readonly (number | undefined)[]): string {
  return Array.from({ length: STEPS_AFTER }, (_, step) => late[step % late.length] ?? '_').join(' ');
}

function past(name: string, value: number | undefined, at: number): string {
  if (value === undefined) return `_x${STEPS_BEFORE}`;
  // A timestamp is told by how far it is from the clock of whoever scraped it.
  if (isTimestamp(name)) return `${Math.round(value - at)}+${STEP_SECONDS}x${STEPS_BEFORE - 1}`;
  return `${value}+0x${STEPS_BEFORE - 1}`;
}

function future(name: string, first = 0, late: readonly (number | undefined)[], elapsed: number, at: number): string {
  const steps = STEPS_AFTER - 1;
  const [second] = late;
  if (late.length > 1 && isProbe(name)) return inTurn(late);
  // A scrape that fails ends every series of its target at once.
  if (second === undefined) return `stale _x${steps}`;
  if (isTimestamp(name)) return `${Math.round(second - at) + STEPS_BEFORE * STEP_SECONDS}+${STEP_SECONDS}x${steps}`;
  const perStep = ((second - first) / elapsed) * STEP_SECONDS;
  const grows = name.includes('_total{') && !name.startsWith('vxlan_');
  const ages = name.includes('_age_seconds{') && perStep > STEP_SECONDS / 2;
  return `${second}+${grows || ages ? Math.max(0, perStep) : 0}x${steps}`;
}
