import * as z from 'zod';

/**
 * The envelope of an Alertmanager webhook, version 4. Only `alerts` is needed: newer Alertmanagers add fields, other senders
 * leave some out, and what serves the log alone never costs a batch. Alerts are parsed one by one (`Alert`), so that a
 * malformed one costs only itself. `groupKey` embeds route matchers and names no incident.
 */
export const Webhook = z.object({
  groupKey: z.string().optional().catch(undefined),
  receiver: z.string().optional().catch(undefined),
  /** How many alerts `max_alerts` hides, firing or resolved alike: nothing follows from their absence. */
  truncatedAlerts: z.int().nonnegative().catch(0),
  alerts: z.array(z.unknown()),
});

export type Webhook = z.infer<typeof Webhook>;

/**
 * One alert. `startsAt` becomes epoch milliseconds; Alertmanager may send nanoseconds. `endsAt` is not read: a firing alert
 * ends in the year 1, and whether it is over is said by `status`.
 */
export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  // For people only: an odd annotation is no reason to lose the alert.
  annotations: z.record(z.string(), z.string()).catch({}),
  startsAt: z.iso
    .datetime({ offset: true })
    // biome-ignore lint/style/noRestrictedGlobals: parsing a given text is pure, it reads no clock
    .transform((text) => Date.parse(text.replace(/(\.\d{3})\d+/, '$1')))
    .refine(Number.isSafeInteger, 'not a time'),
  fingerprint: z.string().min(1).max(100),
});

export type Alert = z.infer<typeof Alert>;
