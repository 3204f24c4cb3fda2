import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../../adapters/yaml/finding.ts';
import { lintConfiguration } from '../../../monitoring/alertmanager/lint/lint-configuration.ts';
import { alertsForUs } from '../../../monitoring/alertmanager/lint/our-alerts.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const rendered = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'monitoring', 'alertmanager', 'restitch.alertmanager.yml'),
  'utf8',
);
const INTAKE = 'https://WEBHOOK_URL/';
const route = `    - matchers: [ 'restitch_rank=~"shared|cause|path"' ]`;
const before = (lines: string) => `${lines}\n${route}`;
const http = /\n +http_config:[\s\S]*?restitch-token\n/;
const inhibition = /\ninhibit_rules:[\s\S]*$/;

const lint = (text: string, url: string | undefined = INTAKE) =>
  lintConfiguration(text, url).findings.map((finding) => formatFinding('f', finding));

/** What is changed in the rendered file, which is right, and the beginning of the one finding. */
interface Case {
  readonly when: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly finding: string;
  /** amtool does not read it. */
  readonly refused?: true;
}

const cases: readonly Case[] = [
  {
    when: 'the group lacks the node',
    from: 'group_by: [ cluster, node ]',
    to: 'group_by: [ cluster ]',
    finding: 'f:9:17: error: alerts of several nodes share a group and wait for each other: group_by lacks node;',
  },
  {
    when: 'no route sets a group',
    from: '      group_by: [ cluster, node ]\n',
    to: '',
    finding:
      'f:6:7: error: alerts of several nodes share a group and wait for each other: group_by lacks cluster and node;',
  },
  {
    when: 'the group is inherited and lacks the cluster',
    from: /( {2}receiver: people\n)([\s\S]*?) {6}group_by: .*\n/,
    to: '$1  group_by: [ alertname, node ]\n$2',
    finding: 'f:4:13: error: alerts of several nodes share a group and wait for each other: group_by lacks cluster;',
  },
  {
    when: 'ends are not told',
    from: 'send_resolved: true',
    to: 'send_resolved: no',
    finding: 'f:22:24: error: the end of an alert is not told:',
  },
  {
    when: 'alerts are cut off',
    from: 'max_alerts: 0',
    to: 'max_alerts: 1999',
    finding: 'f:23:21: error: alerts beyond 1999 of a group are cut off',
  },
  {
    when: 'the first webhook waits long',
    from: 'group_wait: 10s',
    to: 'group_wait: 31s',
    finding: 'f:10:19: warning: group_wait: every repair starts that much later; write group_wait: 10s',
  },
  {
    when: 'the next webhook waits long',
    from: 'group_interval: 1m',
    to: 'group_interval: 9m59s',
    finding: 'f:11:23: warning: group_interval:',
  },
  {
    when: 'the next webhook waits longer than a closed incident keeps its alerts',
    from: 'group_interval: 1m',
    to: 'group_interval: 10m',
    finding: 'f:11:23: error: group_interval:',
  },
  {
    when: 'a lost alert is noticed late',
    from: 'repeat_interval: 1h',
    to: 'repeat_interval: 1h1s',
    finding: 'f:12:24: warning: repeat_interval:',
  },
  {
    when: 'no route says when alerts are repeated',
    from: '      repeat_interval: 1h\n',
    to: '',
    finding: 'f:6:7: warning: repeat_interval is not set, and Alertmanager takes 4h:',
  },
  {
    when: 'there is no http_config',
    from: http,
    to: '\n',
    finding: 'f:20:9: error: it has no token, and intake answers 401:',
  },
  {
    when: 'http_config has no token',
    from: /authorization:\n.*/,
    to: 'follow_redirects: false',
    finding: 'f:25:11: error: intake answers 401 without a token:',
  },
  {
    when: 'the token is of another type',
    from: 'authorization:\n',
    to: 'authorization:\n            type: Digest\n',
    finding: 'f:26:19: error: intake takes a bearer token only:',
  },
  {
    when: 'a route before takes some of the alerts',
    from: route,
    to: before('    - matchers: [ \'severity="critical"\' ]'),
    finding: 'f:6:7: error: this route takes ExpectedNetworkConflict, ',
  },
  {
    when: 'a route before in the older spelling takes them',
    from: route,
    to: before('    - match_re: { restitch_class: ".*-wedge" }'),
    finding: 'f:6:7: error: this route takes OverlayEntriesBroken, ',
  },
  {
    when: 'a sub-route takes some of the alerts',
    from: '      continue: true\n',
    to: '      continue: true\n      routes: [ { matchers: [ restitch_rank=path ], receiver: people } ]\n',
    finding: 'f:15:17: error: this sub-route takes ',
  },
  {
    when: 'a route before takes alerts by a label that the rules do not set',
    from: route,
    to: before('    - matchers: [ team="db" ]'),
    finding: 'f:6:7: warning: whether Restitch gets ExpectedNetworkConflict, ',
  },
  {
    when: 'our route leaves a rank out',
    from: 'shared|cause|path',
    to: 'shared|cause',
    finding: 'f:3:3: error: no route leads to Restitch for NodeSilent, ',
  },
  {
    when: 'remarks are sent to Restitch',
    from: 'shared|cause|path',
    to: 'shared|cause|path|remark',
    finding:
      'f:6:7: warning: WatchdogSilent, PoolWithoutOverlayDevice, MtuAboveStack and 2 more are remarks, for people:',
  },
  {
    when: 'our route is muted at times',
    from: '      continue: true\n',
    to: '      continue: true\n      mute_time_intervals: [ nights ]\n',
    finding: 'f:15:28: warning: mute_time_intervals keeps alerts from Restitch:',
  },
  {
    when: 'a hub’s outage mutes nobody',
    from: inhibition,
    to: '\n',
    finding: 'f:2:1: warning: a hub’s outage does not mute ',
  },
  {
    when: 'a hub’s outage mutes only some',
    from: '"cause|path"',
    to: '"path"',
    finding: 'f:30:3: warning: a hub’s outage does not mute ',
  },
  {
    when: 'a hub’s outage mutes nodes of other hubs',
    from: 'equal: [ cluster, hub ]',
    to: 'equal: [ cluster ]',
    finding: 'f:30:5: error: a hub’s alert mutes nodes that are not behind it, because equal lacks hub:',
  },
  {
    when: 'a setting is of the wrong kind',
    from: 'group_wait: 10s',
    to: 'group_wait: soon',
    finding: 'f:10:19: error: group_wait cannot be read: write a time such as 10s or 1h',
    refused: true,
  },
  {
    when: 'a matcher cannot be read',
    from: `'restitch_rank=~"shared|cause|path"'`,
    to: `'restitch_rank'`,
    finding: 'f:6:17: error: matchers cannot be read:',
    refused: true,
  },
  {
    when: 'a setting is a template',
    from: 'repeat_interval: 1h',
    to: 'repeat_interval: {{ .Values.repeat }}',
    finding: 'f:12:24: error: repeat_interval cannot be decided here: a template fills it in.',
    refused: true,
  },
  {
    when: 'there is no route',
    from: /route:[\s\S]*?\n(?=receivers:)/,
    to: '',
    finding: 'f:2:1: error: there is no route: alerts go nowhere',
    refused: true,
  },
  {
    when: 'the route is left empty',
    from: /route:[\s\S]*?\n(?=receivers:)/,
    to: 'route:\n',
    finding: 'f:2:7: error: there is no route: alerts go nowhere',
    refused: true,
  },
  {
    when: 'a setting comes from elsewhere',
    from: 'group_by: [ cluster, node ]',
    to: 'group_by: !include labels.yml',
    finding: 'f:9:26: error: group_by cannot be decided here: !include takes it from elsewhere.',
    refused: true,
  },
  {
    when: 'the url is in another file',
    from: `url: ${INTAKE}`,
    to: 'url_file: /etc/alertmanager/url',
    finding: 'f:20:9: error: its url is not in this file',
    refused: true,
  },
  {
    when: 'no webhook posts to us',
    from: INTAKE,
    to: 'https://other.example.com/',
    finding: `f:17:3: error: no receiver’s webhook posts to ${INTAKE}:`,
  },
];

const changed = ({ from, to }: Case) => rendered.replace(from, to);

describe('restitch.alertmanager.yml', () => {
  it.each([INTAKE, 'https://WEBHOOK_URL', undefined])('has no finding, with --url %s', (url) => {
    const { findings, receivers, alerts } = lintConfiguration(rendered, url);
    expect({ findings, receivers, alerts }).toEqual({
      findings: [],
      receivers: ['restitch'],
      alerts: alertsForUs.length,
    });
  });
});

describe('an Alertmanager configuration that is otherwise right', () => {
  it.each(cases)('has one finding where $when', (each) => {
    const text = changed(each);
    expect(text).not.toBe(rendered);
    const found = lint(text);
    const expected = found.filter((line) => line.startsWith(each.finding));
    expect([expected.length, found.length], found.join('\n')).toEqual([1, 1]);
  });

  it('has none where the same is inherited, merged, global, or said the older way', () => {
    expect(
      lint(rendered.replace(/( {2}receiver: people\n)([\s\S]*?)( {6}group_by: .*\n)/, "$1  group_by: [ '...' ]\n$2")),
    ).toEqual([]);
    expect(
      lint(rendered.replace('            credentials_file', '            type: bearer\n            credentials')),
    ).toEqual([]);
    expect(lint(rendered.replace(/authorization:\n +credentials_file/, 'bearer_token_file'))).toEqual([]);
    const globally = 'global: { http_config: { authorization: { credentials_file: token } } }\n';
    expect(lint(globally + rendered.replace(http, '\n'))).toEqual([]);
    expect(
      lint(rendered.replace(route, before('    - { matchers: [ severity="critical" ], continue: true }'))),
    ).toEqual([]);
    expect(
      lint(rendered.replace(/matchers: \[ 'restitch_rank=~("shared.*")' \]/, 'match_re: { restitch_rank: $1 }')),
    ).toEqual([]);
    const times = 'x-times: &times { group_wait: 10s }\n';
    expect(lint(times + rendered.replace('group_wait: 10s', '<<: *times'))).toEqual([]);
  });

  it('never shows a token', () => {
    const found = lint(
      rendered.replace('credentials_file: /etc/alertmanager/restitch-token', 'credentials: { s3cret: 1 }'),
    );
    expect(found).toHaveLength(1);
    expect(found.join()).not.toContain('s3cret');
  });

  it.each([
    ['route: [', /^f:\d+:\d+: error: no YAML: /],
    ['{{- if .Values.on }}\nroute:\n{{- end }}', /It holds templates/],
    ['- a list', /^f:1:1: error: this is no Alertmanager configuration/],
    ['', /^f:1:1: error: this is no Alertmanager configuration/],
  ])('is said to be none: %j', (text, wanted) => {
    expect(lint(text).join('\n')).toMatch(wanted);
  });
});

const hasAmtool = spawnSync('amtool', ['--version']).status === 0;

// amtool comes with Debian's prometheus-alertmanager and is not on every machine.
describe.skipIf(!hasAmtool)('amtool', () => {
  it('takes the files that are linted here, so that their findings are of Restitch alone', () => {
    const folder = temporaryFolder();
    const files = cases.flatMap((each, index) => {
      if (each.refused === true) return [];
      const path = join(folder, `${index}.yml`);
      // 0.25 wants the intervals that are named to be defined.
      const times = changed(each).includes('nights') ? 'time_intervals: [ { name: nights } ]\n' : '';
      writeFileSync(path, times + changed(each));
      return [path];
    });
    const { status, stdout, stderr } = spawnSync('amtool', ['check-config', ...files], { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });
});
