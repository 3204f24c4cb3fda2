import * as z from 'zod';

/** The functions, as the template names them. */
export const functionIds = ['Intake', 'Dispatch', 'Runbook', 'Approval', 'Notify', 'Sweep'] as const;
export type FunctionId = (typeof functionIds)[number];

const count = z.number().nonnegative();

/** What AWS charges for, as counted on the local endpoints. */
export const Usage = z.strictObject({
  /** How often each function was invoked. */
  invocations: z.record(z.enum(functionIds), count),
  /** Operations that an execution began: steps, waits, callbacks, child contexts; and the execution itself. */
  durableOperations: count,
  /** Of all checkpoints. */
  durableBytes: count,
  /** Calls of SQS, the polling not included. */
  queueRequests: count,
  /** Of DynamoDB, in the units of on-demand tables: a read of 4 KiB (half a one where it may be late), a write of 1 KiB. */
  tableReadUnits: count,
  tableWriteUnits: count,
  secretReads: count,
  /** What the functions logged themselves. */
  logBytes: count,
});
export type Usage = z.infer<typeof Usage>;

/** What is there whether anything happens or not. */
export const Standing = z.strictObject({ alarms: count, secrets: count, customMetrics: count, dashboards: count });
export type Standing = z.infer<typeof Standing>;

/** proof/cost/counted.json, which `npm run cost -- --count` writes. */
export const Counted = z.strictObject({
  /** ISO 8601. */
  countedOn: z.iso.date(),
  /** One node, from its alert to closed, repaired by reconcile. */
  incident: Usage,
  /** One pass of sweep over a healthy fleet. */
  pass: Usage,
  standing: Standing,
  /** Of each function, in MiB. */
  memory: z.record(z.enum(functionIds), count),
});
export type Counted = z.infer<typeof Counted>;
