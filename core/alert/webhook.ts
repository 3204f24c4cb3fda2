import * as z from 'zod';
import { shorten } from '../shorten.ts';

/** Stands in the log only. */
const Named = z
  .string()
  .transform((text) => shorten(text))
  .optional()
  .catch(undefined);

/**
 * The envelope of an Alertmanager webhook, version 4. Only `alerts` is required: newer Alertmanagers add fields, other senders
 * leave some out, and fields that are only logged must not cause a refusal. Alerts are parsed one by one (`Alert`), so that a
 * malformed one does not affect the others. `groupKey` contains route matchers, so it cannot identify an incident.
 */
export const Webhook = z.object({
  groupKey: Named,
  receiver: Named,
  /** How many alerts `max_alerts` cut off, firing or resolved. If it is not 0, an absent alert means nothing. */
  truncatedAlerts: z.int().nonnegative().catch(0),
  alerts: z.array(z.unknown()),
});

export type Webhook = z.infer<typeof Webhook>;

/**
 * One alert. `startsAt` becomes epoch milliseconds; Alertmanager may send nanoseconds. `endsAt` is ignored: on a firing alert
 * it is a date in the year 1, and `status` says whether the alert is resolved.
 */
export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  // Annotations are shown to people only, so a malformed one is dropped and the alert kept.
  annotations: z.record(z.string(), z.string()).catch({}),
  startsAt: z.iso
    .datetime({ offset: true })
    // biome-ignore lint/style/noRestrictedGlobals: parsing a given text is pure, it reads no clock
    .transform((text) => Date.parse(text.replace(/(\.\d{3})\d+/, '$1')))
    .refine(Number.isSafeInteger, 'not a time'),
  fingerprint: z.string().min(1).max(100),
});

export type Alert = z.infer<typeof Alert>;
