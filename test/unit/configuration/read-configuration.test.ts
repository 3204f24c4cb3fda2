import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../configuration/read-configuration.ts';
import { configurationText } from './configuration-text.ts';

/** `LINE:COLUMN text` for each finding. */
function wrongIn(text: string): readonly string[] {
  const reading = readConfiguration(text);
  if (reading.type === 'read') return [];
  return reading.findings.map(({ at, text }) => `${at.line}:${at.column} ${text}`);
}

const vpcOf = (digit: string) =>
  `vpc: { subnets: [subnet-${digit.repeat(8)}], securityGroups: [sg-${digit.repeat(8)}] }`;
const OTHER = `  - name: other
    eks: { endpoint: 'https://eks.example', ca: Y2E= }
    notification: { nobody: this is only a test }
`;

/** Ten times ten times … what is in the first line. */
const bomb = [
  `a: &a [${'x, '.repeat(10)}]`,
  ...['b', 'c', 'd', 'e'].map((name, index) => `${name}: &${name} [${`*${'abcd'[index]}, `.repeat(10)}]`),
  'clusters: *e',
].join('\n');

describe('a right file', () => {
  it('needs a cluster, how it is reached, and who is told of alarms', () => {
    expect(wrongIn(configurationText())).toEqual([]);
  });

  it('may repeat itself by an alias', () => {
    const twice = configurationText('', '    pools: &pools [a100]\n    nodeNames: *pools\n');
    expect(wrongIn(twice).filter((finding) => finding.includes('*pools'))).toEqual([]);
  });

  it('may let a user group approve, and tell another channel of what nobody answers', () => {
    const slack = 'approvers: [S0ONCALL]\nslack: { escalation: { channel: "#on-call", group: S0ONCALL } }\n';
    expect(wrongIn(configurationText(`${slack}settings:\n  safety: { escalateAfterSeconds: 899 }\n`))).toEqual([]);
  });

  it.each([
    ['an empty file', ''],
    ['a list', '[]'],
    ['no clusters', 'clusters: []'],
    ['a cluster without anything', 'clusters: [{}]'],
  ])('is not %s', (_, text) => {
    expect(wrongIn(text).length).toBeGreaterThan(0);
  });
});

describe('what is nested so deep that no parser can follow', () => {
  it('is told, whether the parser finds its end or not', () => {
    for (const part of ['- ', '[', '{a: ', 'a: [']) expect(wrongIn(part.repeat(20_000))[0]).toMatch(/no YAML|nested/);
  });
});

describe('what follows from one mistake', () => {
  it('is told so often that a person can read it', () => {
    const wrong = wrongIn(configurationText(`approvers: [${'a,'.repeat(500)}]\n`));
    expect(wrong).toHaveLength(101);
    expect(wrong.at(-1)).toMatch(/ approvers\[100\]: .* And 399 more\.$/);
  });
});

describe('what is wrong is told with its line and what to write instead', () => {
  it.each([
    ['no YAML', 'clusters: [', /^1:\d+ no YAML: /],
    ['an alias of nothing', 'clusters: *c\n', /^1:11 \*c has no &c before it: write it another way\.$/],
    ['an alias within itself', 'clusters: &c [*c]\n', /^1:15 \*c stands within what it repeats: /],
    ['aliases that multiply', bomb, /^6:\d+ \*e repeats more than 100000 values: /],
    [
      'what is nested too deep',
      `clusters: ${'['.repeat(201)}${']'.repeat(201)}`,
      /^1:210 this is nested more than 200 deep: /,
    ],
    [
      'a missing key',
      'clusters:\n  - name: a\n    kubeconfigSecret: k\n',
      /^2:5 clusters\[0\]\.notification: it is missing: write \{ topic: /,
    ],
    [
      'an unknown key',
      configurationText('', '    approver: x\n'),
      /^5:5 clusters\[0\]\.approver: there is no such key: write one of name, /,
    ],
    [
      'a misspelt key',
      configurationText('slack:\n  chanel: "#x"\n'),
      /^6:3 slack\.chanel: there is no such key: write channel$/,
    ],
    [
      'a key of another group',
      configurationText('settings:\n  incidents: { claimHours: 3 }\n'),
      /^6:16 .*: it does not belong here: write settings\.safety\.claimHours$/,
    ],
    [
      'a question told to nobody',
      configurationText('settings:\n  safety: { escalateAfterSeconds: 300 }\n'),
      /nobody is told: write slack\.escalation with a channel, a group or both$/,
    ],
    [
      'a question told after its end',
      configurationText(
        'slack: { escalation: { group: S0ONCALL } }\nsettings:\n  safety: { escalateAfterSeconds: 900 }\n',
      ),
      /questions expire after 900 s: write a smaller number$/,
    ],
    [
      'a person as a user group',
      configurationText('slack: { escalation: { group: U0ANN } }\n'),
      /the id of a user group, such as S0123ABCD/,
    ],
    [
      'a rule in a zone that does not exist',
      configurationText(
        'settings:\n  safety: { approvalRules: [{ when: ["0 22 * * * Mars/Olympus 8h"], ask: two }] }\n',
      ),
      /Mars\/Olympus/,
    ],
    [
      'a variable of npm start',
      configurationText('settings:\n  STABLE_SECONDS: 3\n'),
      /write settings\.incidents\.stableSeconds$/,
    ],
    [
      'a word for a number',
      configurationText('settings:\n  incidents: { stableSeconds: soon }\n'),
      /"soon" is not right: write a whole number from 0, such as 60$/,
    ],
    [
      'a number out of its range',
      configurationText('settings:\n  nodes: { kubeletPort: 70000 }\n'),
      /70000 is not right: write a whole number from 1 to 65535, such as 10250$/,
    ],
    [
      'a word that is none of the words',
      configurationText('settings:\n  safety: { mode: observe }\n'),
      /"observe" is not right: write shadow or act$/,
    ],
    [
      'a window that cannot be read',
      configurationText('settings:\n  safety: { maintenanceWindows: [soon] }\n'),
      /"soon" is not MINUTE HOUR DAY MONTH WEEKDAY ZONE LENGTH/,
    ],
    [
      'a stage that there is not',
      configurationText('settings:\n  safety: { cooldownSeconds: { bounse: 3 } }\n'),
      /cooldownSeconds\.bounse: there is no such key: write bounce$/,
    ],
    [
      'an instance tag without a name',
      configurationText("settings:\n  nodes: { instanceTag: '' }\n"),
      /^6:12 settings\.nodes\.instanceTag: "" is not right: write a text, such as restitch:node$/,
    ],
    [
      'a tag without a name',
      configurationText('', "    stack: { tags: { '': x } }\n"),
      /^5:22 clusters\[0\]\.stack\.tags.*write the name of a tag/,
    ],
    [
      'a number for an account',
      configurationText('', '    stack: { account: 111122223333, region: eu-central-1 }\n'),
      /^5:14 .*write the 12 digits of an account in quotes/,
    ],
    [
      'an id of something else',
      configurationText('approvers: [alice]\n'),
      /"alice" is not right: write the id of a Slack user, such as U0123ABCD, /,
    ],
    [
      'the session of a role, which names nobody',
      configurationText("approvers: ['arn:aws:sts::111122223333:assumed-role/Ops/ann']\n"),
      /is not right: write the ARN of the role .*chooses the name of the session/,
    ],
    [
      'an approval webhook without encryption',
      configurationText('approvalWebhook: { url: "http://bridge.example/" }\n'),
      /is not right: write an https address without user, query and fragment/,
    ],
    [
      'an approval webhook with a key in its address',
      configurationText('approvalWebhook: { url: "https://flow.example/x?sig=secret" }\n'),
      /write an https address without user, query and fragment: it is no place for keys/,
    ],
    [
      'a person of another tool with a comma',
      configurationText('approvalWebhook: { url: "https://b.example" }\napprovers: ["webhook:a,webhook:b"]\n'),
      /or webhook: and a person/,
    ],
    [
      'a route table that is none',
      configurationText('', "    routeTables: ['*']\n"),
      /"\*" is not right: write an id, such as rtb-/,
    ],
    [
      'no words for telling nobody',
      'clusters:\n  - { name: a, kubeconfigSecret: k, notification: { nobody: no } }',
      /write in a few words why/,
    ],
  ])('%s', (_, text, message) => {
    const found = wrongIn(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('is all told at once, in the order of the lines', () => {
    const text = configurationText(
      'slack: { chanel: x }\nsettings:\n  safety: { mode: off, runsPerDay: 0 }\n',
      '    vpc: {}\n',
    );
    const lines = wrongIn(text).map((found) => Number(found.split(':')[0]));
    expect(lines).toEqual([5, 5, 6, 8, 8]);
  });
});

describe('parts that contradict each other', () => {
  it.each([
    [
      'no way to the API',
      'clusters:\n  - name: a\n    notification: { nobody: only a test }\n',
      /^2:5 clusters\[0\]: .*write kubeconfigSecret \(K3s and others\) or eks$/,
    ],
    [
      'two ways to the API',
      configurationText('', "    eks: { endpoint: 'https://eks.example', ca: Y2E= }\n"),
      /^3:5 .*kubeconfigSecret: eks is given too/,
    ],
    [
      'nobody and somebody',
      configurationText().replace('{ nobody', "{ topic: 'arn:aws:sns:eu-central-1:111122223333:t', nobody"),
      /notification\.nobody: topic is given too/,
    ],
    [
      'neither nobody nor somebody',
      configurationText().replace(/\{ nobody.*/, '{}'),
      /^4:5 .*write topic: arn:aws:sns:…, or nobody: and why$/,
    ],
    [
      'a topic of another region',
      configurationText('', "    stack: { account: '111122223333', region: us-east-1 }\n").replace(
        /\{ nobody.*/,
        "{ topic: 'arn:aws:sns:eu-central-1:111122223333:t' }",
      ),
      /topic: it is in eu-central-1, .* write one of us-east-1$/,
    ],
    [
      'a region without its account',
      configurationText('', '    stack: { region: us-east-1 }\n'),
      /write account and region, or neither/,
    ],
    [
      'nobody who may approve, in act',
      configurationText('settings:\n  safety: { mode: act }\n'),
      /^1:1 approvers: nobody may approve, but settings\.safety\.mode is act, .*write Slack user ids/,
    ],
    [
      'an empty list of approvers, in act',
      configurationText('approvers: []\nsettings: { safety: { mode: act } }\n'),
      /^5:1 approvers: /,
    ],
    [
      'a person of another tool, and no such tool',
      configurationText('approvers: [U0ALICE, "webhook:ann"]\n'),
      /^5:22 approvers\[1\]: nobody can answer like this: write approvalWebhook with the url of the other tool$/,
    ],
    [
      'nobody who may approve, with earned autonomy',
      configurationText('settings: { safety: { autonomy: { earned: true } } }\n'),
      /settings\.safety\.autonomy\.earned is true/,
    ],
    [
      'a name that two clusters have',
      configurationText(
        '',
        OTHER.replace(
          'other\n',
          'other\n    otherNames: [gpu-fleet]\n    nodeNames: [x-*]\n    instanceTag: other\n    stack: { name: R2, documentPrefix: R02 }\n',
        ),
      ),
      /^6:18 clusters\[1\]\.otherNames\[0\]: gpu-fleet names gpu-fleet already/,
    ],
  ])('are told: %s', (_, text, message) => {
    const found = wrongIn(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each([
    [
      'a tag of their stack',
      '    stack: { tags: { team: b } }\n',
      /clusters\[1\]\.stack\.tags: gpu-fleet shares the stack Restitch and has \{\}: write the same, or another stack\.name$/,
    ],
    [
      'a key that only one says',
      "    stack: { documentPrefix: 'Other' }\n",
      /stack\.documentPrefix: .* does not say it: leave it out, or another stack\.name$/,
    ],
    [
      'who is told of its alarms',
      '',
      /^9:5 clusters\[1\]\.notification: .*whose alarms go to \{"nobody":"this is only a test"\}: write the same/,
    ],
  ])('are clusters that share a stack and disagree about %s', (what, lines, message) => {
    const own = what.startsWith('who') ? OTHER.replace('only a test', 'another test') : OTHER;
    const text = own.replace('    eks:', '    instanceTag: other\n    nodeNames: [x]\n    eks:');
    const found = wrongIn(configurationText('', `${text}${lines}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each([
    [
      'two of them take alerts without a cluster',
      ['takesUnnamedAlerts: true', 'takesUnnamedAlerts: true'],
      /takesUnnamedAlerts: gpu-fleet takes them already/,
    ],
    [
      'their VPCs are two',
      [vpcOf('1'), vpcOf('2')],
      /clusters\[1\]\.vpc: the functions of Restitch stand in the VPC of gpu-fleet: write the same/,
    ],
    [
      'they are one cluster',
      ['', 'kubeconfigSecret: restitch/kubeconfig'],
      /kubeconfigSecret: it is the API of gpu-fleet: write another one, or one cluster with otherNames$/,
    ],
  ])('are clusters that share a stack where %s', (_, [ofFirst, ofOther], message) => {
    const api = ofOther?.startsWith('kubeconfig') ? '' : '    kubeconfigSecret: other\n';
    const text = `    ${ofFirst}\n  - name: other\n${api}    instanceTag: other\n    notification: { nobody: this is only a test }\n    ${ofOther}\n`;
    const found = wrongIn(configurationText('', text));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('are two clusters whose instances cannot be told apart', () => {
    const withNames = (names: string) =>
      wrongIn(configurationText('', `    nodeNames: ['gpu-*']\n${OTHER}    nodeNames: ${names}\n`));
    expect(withNames("['hub-*', '*-1']")).toEqual([
      expect.stringMatching(
        /^9:5 clusters\[1\]\.nodeNames: gpu-fleet has instances in the same account and region, with the same tag and the same names: write instanceTag, such as restitch:node-other, or nodeNames/,
      ),
    ]);
    expect(withNames("['hub-*']")).toEqual([]);
    expect(wrongIn(configurationText('', `${OTHER}    instanceTag: other\n`))).toEqual([]);
  });

  const place = "stack: { account: '111122223333', region: eu-central-1";
  it.each([
    [
      'the account of the stack itself',
      `    account: { id: '111122223333', region: eu-central-1 }\n    ${place} }\n`,
      /account: it is that of the stack: leave account out$/,
    ],
    [
      'a stack whose account nobody says',
      "    account: { id: '444455556666', region: eu-west-1 }\n",
      /account: the roles there name the functions: write stack\.account and stack\.region$/,
    ],
    [
      'a name of a stack that makes the roles too long',
      `    account: { id: '444455556666', region: eu-west-1 }\n    ${place}, name: ${'R'.repeat(44)} }\n`,
      /stack\.name: it begins the names of roles, which are too long then: write at most 43 letters$/,
    ],
    [
      'an id that is none',
      '    account: { id: 12, region: eu-west-1 }\n',
      /account\.id: 12 is not right: write the 12 digits/,
    ],
  ])('are another account and %s', (_, lines, message) => {
    const found = wrongIn(configurationText('', lines));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('are two stacks with documents of one name in one account and region', () => {
    const two = `${OTHER}    instanceTag: other\n    stack: { name: Two }\n`;
    expect(wrongIn(configurationText('', two))).toEqual([
      expect.stringMatching(/^9:5 .*has the documentPrefix Restitch too: write another stack\.documentPrefix$/),
    ]);
    const elsewhere = `${OTHER}    stack: { name: Two, account: '111122223333', region: us-east-1 }\n`;
    expect(wrongIn(configurationText('', elsewhere))).toEqual([]);
  });

  it('are no contradiction in shadow, which asks nobody', () => {
    expect(wrongIn(configurationText('settings: { safety: { mode: shadow } }\n'))).toEqual([]);
  });
});
