import * as z from 'zod';

export const CommandStatus = z.enum([
  'Pending',
  'InProgress',
  'Cancelling',
  'Success',
  'Failed',
  'TimedOut',
  'Cancelled',
]);
export type CommandStatus = z.infer<typeof CommandStatus>;

export const StatusDetails = z.enum([
  ...CommandStatus.options,
  'DeliveryTimedOut',
  'ExecutionTimedOut',
  'Undeliverable',
]);
export type StatusDetails = z.infer<typeof StatusDetails>;

/** What a step left behind. Output is already cut as the agent cuts it; times are epoch milliseconds. */
export const KeptStep = z.object({
  name: z.string(),
  status: CommandStatus,
  statusDetails: StatusDetails,
  responseCode: z.int(),
  stdout: z.string(),
  stderr: z.string(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
});
export type KeptStep = z.infer<typeof KeptStep>;

/** A command on one instance. */
export const KeptInvocation = z.object({
  commandId: z.string(),
  instanceId: z.string(),
  status: CommandStatus,
  statusDetails: StatusDetails,
  steps: z.array(KeptStep).readonly(),
});
export type KeptInvocation = z.infer<typeof KeptInvocation>;

export const KeptCommand = z.object({
  commandId: z.string(),
  documentName: z.string(),
  comment: z.string(),
  parameters: z.record(z.string(), z.array(z.string()).readonly()),
  instanceIds: z.array(z.string()).readonly(),
  /** Epoch milliseconds. */
  requestedAt: z.number(),
  /** The delivery time-out in seconds. */
  timeoutSeconds: z.number(),
});
export type KeptCommand = z.infer<typeof KeptCommand>;

/** A command that no instance works on any more. */
export function hasEnded(status: CommandStatus): boolean {
  return status !== 'Pending' && status !== 'InProgress' && status !== 'Cancelling';
}
