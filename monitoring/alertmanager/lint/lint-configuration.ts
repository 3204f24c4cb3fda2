import { type Finding, findingAt, firstFindings } from '../../../adapters/yaml/finding.ts';
import { checkInhibition } from './check-inhibition.ts';
import { checkReach } from './check-reach.ts';
import { checkRoute } from './check-route.ts';
import { type LocatedMap, locate } from './located.ts';
import { checkWebhook, ourReceivers } from './receiver.ts';
import { readRoute } from './route.ts';
import { createSettingsReader, isEmpty, settingValue } from './settings.ts';

/** What was found in an Alertmanager configuration, in the order of its lines. */
export interface LintReport {
  readonly findings: readonly Finding[];
  /** The receivers that post to Restitch and are reached. */
  readonly receivers: readonly string[];
  /** How many kinds of alerts of monitoring/rules surely come to Restitch. */
  readonly alerts: number;
}

/** `url`: where intake is; without it every webhook counts as Restitch's. */
export function lintConfiguration(text: string, url: string | undefined): LintReport {
  const file = locate(text);
  if (file.type === 'invalid') return reportOf(file.findings, [], 0);
  if (file.root.kind === 'map') return lintFile(file.root, url);
  return reportOf(
    [findingAt('error', file.root, 'this is no Alertmanager configuration: write route and receivers')],
    [],
    0,
  );
}

function lintFile(file: LocatedMap, url: string | undefined): LintReport {
  const findings: Finding[] = [];
  const tell = (finding: Finding) => void findings.push(finding);
  const reader = createSettingsReader(tell);
  const ours = ourReceivers(file, url, reader, tell);
  if (ours.size === 0) tell(findingAt('error', file.entries.get('receivers') ?? file, noReceiver(url)));
  const located = reader.map(file, 'route');
  if (located === undefined) {
    const given = file.entries.get('route');
    const missing = given === undefined || isEmpty(given);
    if (missing) tell(findingAt('error', given ?? file, 'there is no route: alerts go nowhere'));
    return reportOf(findings, [], 0);
  }
  const root = readRoute(located, undefined, reader, tell);
  findings.push(...checkInhibition(file, reader, tell));
  if (ours.size === 0) return reportOf(findings, [], 0);
  const reach = checkReach(root, (receiver) => ours.has(receiver));
  const receivers = [...new Set(reach.routes.flatMap(({ receiver }) => settingValue(receiver) ?? []))];
  findings.push(...reach.findings, ...reach.routes.flatMap(checkRoute));
  findings.push(...receivers.flatMap((name) => ours.get(name) ?? []).flatMap(checkWebhook));
  return reportOf(findings, receivers, reach.alerts);
}

function noReceiver(url: string | undefined): string {
  const which = url === undefined ? 'no receiver has a webhook' : `no receiver’s webhook posts to ${url}`;
  return `${which}: write webhook_configs with the url of Restitch’s intake`;
}

function reportOf(findings: readonly Finding[], receivers: readonly string[], alerts: number): LintReport {
  const sorted = findings.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  // Two routes may inherit the same setting.
  const texts = new Map(sorted.map((finding) => [JSON.stringify(finding), finding]));
  return { findings: firstFindings([...texts.values()]), receivers, alerts };
}
