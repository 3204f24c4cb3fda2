import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOfIdleMonth, costOfUsage, totalOf } from '../cost/cost-of.ts';
import { Counted as CountedCost } from '../cost/usage.ts';
import type { Counted } from './counted.ts';
import { play, type Scenario, wallsOf } from './model.ts';
import { assumptions, type Quotas, quotas, quotaValues } from './quotas.ts';

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Shown in the unit in which a person thinks of it. */
function lasting(seconds: number): string {
  if (seconds < 120) return `${whole.format(seconds)} s`;
  return seconds < 7_200 ? `${whole.format(seconds / 60)} min` : `${number.format(seconds / 3_600)} h`;
}

const sizes = [1_000, 10_000, 50_000] as const;

const scenarios = (nodes: number): readonly (Scenario & { readonly name: string })[] => [
  { name: '1 % of the nodes, each with a fault of its own', nodes, alerts: nodes / 100, fault: 'own' },
  { name: 'a quarter, each with a fault of its own', nodes, alerts: nodes / 4, fault: 'own' },
  { name: 'three quarters, behind their hubs', nodes, alerts: (nodes * 3) / 4, fault: 'hub' },
  { name: 'all: the API servers answer nobody', nodes, alerts: nodes, fault: 'control-plane' },
];

/** docs/scale.md. */
export function scalePage(counted: Counted, values: Quotas = quotaValues()): string {
  return [
    '# At 1,000, 10,000 and 50,000 nodes',
    '',
    'Made by `npm run scale`. **Nothing on this page was measured on AWS.** What an incident asks of each service is counted in a test',
    '(`test/unit/chain/call-budget.test.ts`), the limits are those of the services’ documentation or assumed, as marked, and a model lets the',
    'incidents pass each limit once, first come, first served ([proof/scale](../proof/scale/model.ts)). Put your own quotas into',
    '[quotas.ts](../proof/scale/quotas.ts) and run it again.',
    '',
    '## How long it takes',
    '',
    'All alerts come at the same moment. “Opened”: each alert has an incident. “Settled”: each incident is held by another one, or its node was',
    'repaired and verified, without the time for which it is watched.',
    '',
    '| nodes | clusters | what happens | alerts | opened | worked | settled | narrowest | the chat shows all |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sizes.flatMap((nodes) => scenarios(nodes).map((scenario) => resultRow(scenario, counted, values))),
    '',
    ...shedding,
    '',
    '## The walls of one cluster of 5,000 nodes',
    '',
    'How many incidents a second each limit lets through, when every one is repaired. Those of an account do not grow with the number of',
    'clusters in it.',
    '',
    '| limit | incidents a second |',
    '| --- | --- |',
    ...wallsOf(5_000, counted, values)
      .toSorted((a, b) => a.perSecond - b.perSecond)
      .map(({ name, perSecond }) => `| ${name} | ${number.format(perSecond)} |`),
    '',
    'Each of the three looks of an incident lists every Node, in pages of 500: in a large cluster that is the narrowest. Nobody else’s Nodes',
    'can be left out as long as any of them may contradict the one that is ill. Then comes Run Command, whose rates are in no page of AWS: ask',
    'for them. Of Restitch’s own limits the 32 first looks behind a hub are the narrowest; they keep a storm from asking it about every node',
    'before anybody knows what the nodes share.',
    '',
    '## What Restitch does when it meets one',
    '',
    ...reactions,
    '',
    '## A region-wide outage',
    '',
    ...outage,
    '',
    '## What a month costs',
    '',
    ...costRows(),
    '',
    '## The limits',
    '',
    '| limit | value | | source |',
    '| --- | --- | --- | --- |',
    ...Object.values(quotas).map(
      ({ unit, value, documented, source }) =>
        `| ${unit} | ${whole.format(value)} | ${documented ? '' : 'assumed'} | ${source} |`,
    ),
    '',
    'Durable functions: 3,000 operations, 100 MB and a year for one execution, 256 KiB for one result. An ordinary incident has about 50',
    'operations. How many executions may run at once is a quota that Lambda’s metric `ApproximateRunningDurableExecutionsUtilization` shows; its',
    'number was not found. SQS holds 120,000 messages in flight; an alert is one message for less than a second.',
    '',
    '## What one incident asks',
    '',
    '| | repaired by reconcile | held by its hub’s incident |',
    '| --- | --- | --- |',
    ...askedRows(counted),
    '',
    '## Assumed',
    '',
    `A command takes ${assumptions.commandSeconds} s, a dispatched batch ${assumptions.dispatchSeconds} s, a run until it is held ${assumptions.holdSeconds} s. A Node object has ${whole.format(assumptions.nodeBytes)} bytes. One hub`,
    `stands for ${assumptions.nodesOfHub} nodes, which name it by their label: without it each run lists every Node to find its hub. The model knows no retries, no cold starts beyond the scaling rate, and no other user of the account.`,
    '',
  ].join('\n');
}

function resultRow(scenario: Scenario & { readonly name: string }, counted: Counted, values: Quotas): string {
  const { name, nodes, alerts } = scenario;
  const { clusters, opened, settled, worked, chatSeconds } = play(scenario, counted, values);
  const times = [lasting(opened.seconds), whole.format(worked), lasting(settled.seconds), settled.narrowest.name];
  const cells = [whole.format(nodes), clusters, name, whole.format(alerts), ...times, lasting(chatSeconds)];
  return `| ${cells.join(' | ')} |`;
}

const shedding = [
  'Where more than 30 % of a cluster’s nodes look broken within ten minutes by faults of their own, its breaker opens: the others are handed',
  'over and go on by themselves when it closes. So the third and fourth row of each size are what a storm really is: one thing that is',
  'shared, one incident that is worked, and the others held.',
];

const reactions = [
  '| limit | what is seen | what Restitch does | where it says so |',
  '| --- | --- | --- | --- |',
  '| Run Command throttles | `ThrottlingException` | a reading is sent four times within 5 s, then the host counts as not asked and nothing is concluded from it; an act is sent five times with growing pauses, and the pause and the owner of the incident are read again before each | the receipt; `Run Command does not accept commands` in the diagnosis |',
  '| a hub’s agent is busy | commands wait on the hub | of its nodes four are looked at for the first time at once, and at most 32 where those show nothing on the hub; who gets no answer within the command’s time concludes nothing about the hub | the receipt |',
  '| Lambda throttles | 429 | dispatch: the messages stay in the queue, in order for each node; a run that cannot start is started by sweep | an alarm for each function |',
  '| DynamoDB throttles | `ThrottlingException`, `UnprocessedKeys` | the SDK repeats, then the step is repeated for three minutes, then sweep starts the next run | `step-retried` in the log |',
  '| an item is full | 400 KB | the breakers of a cluster name each broken node for ten minutes, about 150 bytes each: 30 % of 5,000 nodes take 225 KB. A cluster of more than 8,000 nodes would not fit | – |',
  '| the Kubernetes API is slow or answers 429 | no answer within 10 s | hands off every node; the incidents are held by that of the control plane, whose record is read before the API is asked | the incident of the control plane |',
  '| Slack’s limit | 429 with `Retry-After` | the notifier waits as it is told and rewrites one message for each incident with its latest state; held incidents have no message | the receipt is ahead of the chat |',
  '| SQS | – | intake answers 503, and Alertmanager sends the alerts again | intake’s log and metric |',
];

const outage = [
  'Where the region of the stack itself is down, Restitch is down: nothing is done to any node, which is what is wanted. Alertmanager keeps',
  'sending; alerts that fire when the region is back come again, and what ended meanwhile is found by sweep, which compares the open',
  'incidents with Alertmanager. Executions go on where their last checkpoint is. Node scripts that wait for a confirmation take their',
  'change back after two minutes by themselves.',
  '',
  'Where the nodes’ region or a provider is down and the stack is not, most leases are stale at once: from 60 % on nothing is done to any node',
  '(the last row of each size). Where it is a site or a hub, one incident is worked and the others are held.',
];

const COST = join(import.meta.dirname, '..', 'cost', 'counted.json');

/** One stack for each cluster, and in a month as many ordinary incidents as 1 % of the nodes a day. */
function costRows(): readonly string[] {
  const cost = CountedCost.parse(JSON.parse(readFileSync(COST, 'utf8')));
  const idle = totalOf(costOfIdleMonth(cost));
  const incident = totalOf(costOfUsage(cost.incident, cost.memory));
  return [
    'One stack for each cluster of 5,000 nodes; incidents as many as 1 % of the nodes each day. Prices and what is not in them: [cost](cost.md).',
    '',
    '| nodes | stacks | idle | incidents a month | with them |',
    '| --- | --- | --- | --- | --- |',
    ...sizes.map((nodes) => {
      const stacks = Math.ceil(nodes / quotas.nodesOfCluster.value);
      const incidents = (nodes / 100) * 30;
      const dollars = [stacks * idle, stacks * idle + incidents * incident].map((sum) => `$${sum.toFixed(2)}`);
      return `| ${whole.format(nodes)} | ${stacks} | ${dollars[0]} | ${whole.format(incidents)} | ${dollars[1]} |`;
    }),
  ];
}

function askedRows({ ordinary, held }: Counted): readonly string[] {
  const rows = [
    ['SendCommand', ordinary.commands, held.commands],
    ['of these to the hub', ordinary.commandsOnHub, held.commandsOnHub],
    ['rounds of commands', ordinary.rounds, held.rounds],
    ['ListCommandInvocations', ordinary.lists, held.lists],
    ['GetCommandInvocation', ordinary.polls, held.polls],
    ['calls of the Kubernetes API', ordinary.kubernetes, held.kubernetes],
    ['of these listings of every Node', ordinary.listings, held.listings],
    ['reads of DynamoDB', ordinary.reads, held.reads],
    ['writes to DynamoDB', ordinary.writes, held.writes],
    ['write units, with the index', ordinary.table, held.table],
    ['of these in the listing of incidents', ordinary.listing, held.listing],
    ['calls of Slack', ordinary.slack, held.slack],
  ] as const;
  return rows.map(([what, ...counts]) => `| ${what} | ${counts.join(' | ')} |`);
}
