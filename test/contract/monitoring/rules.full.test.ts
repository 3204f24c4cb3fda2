import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runProgram } from '../../../lab/run-program.ts';
import { renderPlain } from '../../../monitoring/rules/render-rules.ts';
import { ruleGroups } from '../../../monitoring/rules/rule-groups.ts';
import { toldAlerts } from '../../../proof/alerts/fired-alerts.ts';
import { healthyFleet, lookAlikes, type Phases, type RuleCase, ruleCases } from './rule-cases.ts';

const installed = (await runProgram(['sh', '-c', 'command -v promtool'])).code === 0;
const folder = mkdtempSync(join(tmpdir(), 'restitch-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Minutes of each phase: longer than the longest `for` and the longest rate. */
const PHASE = 25;
/** Rules are evaluated this far apart, which is enough for every `for`. */
const EVALUATED_EVERY = 5;
const isCounter = (name: string) => name.includes('_total{') || name.includes('_timestamp_seconds');

/** Counters go on from where they were; a gauge has one value in each phase. */
function values(name: string, phases: Phases): string {
  let at = 0;
  const parts = phases.map((value) => {
    if (value === null) return `_x${PHASE}`;
    if (typeof value !== 'number')
      return Array.from({ length: PHASE }, (_, minute) => value[minute % value.length]).join(' ');
    if (!isCounter(name)) return `${value}+0x${PHASE - 1}`;
    const part = `${at}+${value}x${PHASE - 1}`;
    at += value * PHASE;
    return part;
  });
  return parts.join(' ');
}

const rules = ruleGroups('https://docs.example.com');

function testOf({ alert, node, series }: RuleCase) {
  const all = { ...healthyFleet, ...series };
  return {
    name: `${alert} ${node ?? ''}`,
    interval: '1m',
    input_series: Object.entries(all).map(([name, phases]) => ({ series: name, values: values(name, phases) })),
    // No alert is expected, so that promtool tells each that fires.
    alert_rule_test: [1, 2, 3].map((phase) => ({
      eval_time: `${(phase * PHASE - EVALUATED_EVERY) * 60}s`,
      alertname: alert,
      exp_alerts: [],
    })),
  };
}

interface Fired {
  readonly alert: string;
  readonly phase: number;
  readonly nodes: readonly string[];
}

/** What fires at the end of which phase, by one run of promtool. */
async function whatFires(cases: readonly RuleCase[]): Promise<readonly Fired[]> {
  const file = join(folder, 'tests.yml');
  const content = {
    rule_files: [join(folder, 'rules.yml')],
    evaluation_interval: `${EVALUATED_EVERY}m`,
    tests: cases.map(testOf),
  };
  writeFileSync(file, stringify(content, { lineWidth: 0 }));
  const { stdout, stderr } = await runProgram(['promtool', 'test', 'rules', file], { timeoutMs: 170_000 });
  return toldAlerts(stdout + stderr).map(({ alertname, minute, fired: labels }) => ({
    alert: alertname,
    phase: Math.ceil(minute / PHASE),
    nodes: labels.flatMap(({ node }) => node ?? []),
  }));
}

describe.skipIf(!installed)(`the alert rules${installed ? '' : ' (skipped: promtool is not installed)'}`, () => {
  writeFileSync(join(folder, 'rules.yml'), renderPlain(rules));

  let fired: readonly Fired[] = [];
  beforeAll(async () => {
    fired = await whatFires(ruleCases);
  });

  it.each(ruleCases)('$alert fires about $node, not before, and not after', ({ alert, node, also = [] }) => {
    const nodes = node === undefined ? [] : [node, ...also];
    expect(fired.filter((one) => one.alert === alert)).toEqual([{ alert, phase: 2, nodes }]);
  });

  it.each(lookAlikes)('$alert stays quiet where $story', async (lookAlike) => {
    expect(await whatFires([lookAlike])).toEqual([]);
  });
});
