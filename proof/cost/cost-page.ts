import { type CostLine, costOfIdleMonth, costOfKey, costOfUsage, times, totalOf } from './cost-of.ts';
import { assumptions, prices, pricesOf } from './prices.ts';
import { type Counted, functionIds } from './usage.ts';

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
/** Two digits that mean something, also of a small amount. */
const dollars = (amount: number) => `$${amount >= 1 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(2)}`;

/** docs/cost.md. */
export function costPage(counted: Counted): string {
  const incident = costOfUsage(counted.incident, counted.memory);
  const idle = costOfIdleMonth(counted);
  const storm = times(incident, assumptions.nodesOfStorm);
  return [
    '# What it costs',
    '',
    `Made by \`npm run cost\`: calls that were counted on the local endpoints on ${counted.countedOn}, times the prices of AWS in`,
    `${pricesOf.region} as written down on ${pricesOf.date}, without the free tier. **Check the prices** and put your own into`,
    '[prices.ts](../proof/cost/prices.ts). `npm run cost -- --count` counts again, which takes some minutes.',
    '',
    '| | US dollars |',
    '| --- | --- |',
    `| a month in which nothing happens | ${dollars(totalOf(idle))} |`,
    `| the same, with a customer key at most | ${dollars(totalOf(idle) + totalOf(costOfKey(counted)))} |`,
    `| one incident, from its alert to closed, repaired by reconcile | ${dollars(totalOf(incident))} |`,
    `| a storm of ${assumptions.nodesOfStorm} nodes, each repaired in an incident of its own | ${dollars(totalOf(storm))} |`,
    '',
    'A storm behind one hub or site costs less: one incident is worked, and the others are held. The fleet that was counted has four nodes.',
    '',
    '## Nothing happens',
    '',
    ...tableOf(idle),
    '',
    `Sweep runs every minute, ${number.format(assumptions.minutesOfMonth)} times a month, and Lambda asks the queue`,
    `${assumptions.queuePollsOfMinute} times a minute. Metrics that are written only while there are incidents come on top.`,
    '',
    '## One incident',
    '',
    ...tableOf(incident),
    '',
    '## Prices',
    '',
    'None was checked against a bill. Those that are marked stand here from memory: no page was read that names them.',
    '',
    '| unit | US dollars | | where to check |',
    '| --- | --- | --- | --- |',
    ...Object.values(prices).map(
      ({ unit, dollars: asked, per, page, confirmed }) =>
        `| ${per === 1 ? unit : `${number.format(per)} ${unit}`} | ${asked} | ${confirmed ? '' : 'unconfirmed'} | ${page} |`,
    ),
    '',
    'Run Command, EventBridge’s schedule, function URLs and the reads of the table’s stream by Lambda cost nothing. What the table stores and its',
    'backups, log storage, and traffic through a NAT gateway or VPC endpoints are not in it: they depend on the team’s VPC and retention.',
    '',
    '## Assumptions',
    '',
    'How long an invocation works cannot be counted here. The runbook’s time is most of what an incident costs in compute.',
    '',
    '| function | memory | seconds of an invocation | invocations of an incident |',
    '| --- | --- | --- | --- |',
    ...functionIds.map(
      (id) =>
        `| ${id.toLowerCase()} | ${counted.memory[id]} MiB | ${assumptions.seconds[id]} | ${counted.incident.invocations[id]} |`,
    ),
    '',
  ].join('\n');
}

function tableOf(lines: readonly CostLine[]): readonly string[] {
  const rows = lines
    .filter(({ quantity }) => quantity > 0)
    .map(
      ({ price, quantity, dollars: amount }) => `| ${price.unit} | ${number.format(quantity)} | ${dollars(amount)} |`,
    );
  return ['| | how many | US dollars |', '| --- | --- | --- |', ...rows, `| in all | | ${dollars(totalOf(lines))} |`];
}
