import * as z from 'zod';

/**
 * The envelope of an Alertmanager webhook, version 4, read loosely: newer Alertmanagers add fields. Alerts are parsed one by one
 * (`Alert`), so that a malformed one costs only itself.
 */
export const Webhook = z.object({
  version: z.string().optional(),
  groupKey: z.string().optional(),
  receiver: z.string().optional(),
  truncatedAlerts: z.int().nonnegative().default(0),
  alerts: z.array(z.unknown()),
});

export type Webhook = z.infer<typeof Webhook>;

/** One alert. `startsAt` becomes epoch milliseconds; Alertmanager may send nanoseconds. */
export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.iso
    .datetime({ offset: true })
    // biome-ignore lint/style/noRestrictedGlobals: parsing a given text is pure, it reads no clock
    .transform((text) => Date.parse(text.replace(/(\.\d{3})\d+/, '$1')))
    .refine(Number.isSafeInteger, 'not a time'),
  fingerprint: z.string().min(1).max(100),
});

export type Alert = z.infer<typeof Alert>;
