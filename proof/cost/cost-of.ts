import { assumptions, type Price, prices } from './prices.ts';
import { type Counted, functionIds, type Usage } from './usage.ts';

export interface CostLine {
  readonly price: Price;
  readonly quantity: number;
  /** US dollars. */
  readonly dollars: number;
}

/** What something costs, part by part. */
export function costOfUsage(usage: Usage, memory: Counted['memory']): readonly CostLine[] {
  const invocations = functionIds.reduce((sum, id) => sum + usage.invocations[id], 0);
  const gibSeconds = functionIds.reduce(
    (sum, id) => sum + usage.invocations[id] * assumptions.seconds[id] * (memory[id] / 1_024),
    0,
  );
  return [
    line(prices.lambdaRequests, invocations),
    line(prices.lambdaCompute, gibSeconds),
    line(prices.durableOperations, usage.durableOperations),
    line(prices.durableData, usage.durableBytes),
    line(prices.fifoRequests, usage.queueRequests),
    line(prices.tableReads, usage.tableReadUnits),
    line(prices.tableWrites, usage.tableWriteUnits),
    line(prices.secretReads, usage.secretReads),
    // Of busy functions X-Ray takes a sample only.
    line(prices.traces, invocations),
    line(prices.logs, usage.logBytes + invocations * assumptions.logBytesOfInvocation),
  ];
}

/** A month in which nothing happens: sweep's passes, Lambda's polling of the queue, and what is there anyway. */
export function costOfIdleMonth({ pass, standing, memory }: Counted): readonly CostLine[] {
  const { minutesOfMonth, queuePollsOfMinute } = assumptions;
  return [
    ...times(costOfUsage(pass, memory), minutesOfMonth),
    line(prices.fifoRequests, minutesOfMonth * queuePollsOfMinute),
    line(prices.secrets, standing.secrets),
    line(prices.alarms, standing.alarms),
    line(prices.metrics, standing.customMetrics),
    line(prices.dashboards, standing.dashboards),
  ];
}

/** A customer's key in an idle month, were it asked at each call that may need it. Keys are kept for minutes, so it is less. */
export function costOfKey({ pass }: Counted): readonly CostLine[] {
  const { minutesOfMonth, queuePollsOfMinute } = assumptions;
  const requests = minutesOfMonth * (queuePollsOfMinute + pass.queueRequests + pass.secretReads);
  return [line(prices.key, 1), line(prices.keyRequests, requests)];
}

export function times(lines: readonly CostLine[], factor: number): readonly CostLine[] {
  return lines.map(({ price, quantity }) => line(price, quantity * factor));
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

function line(price: Price, quantity: number): CostLine {
  return { price, quantity, dollars: (quantity * price.dollars) / price.per };
}
