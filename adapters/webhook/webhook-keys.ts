import * as z from 'zod';

/** Standard Webhooks wants 24 bytes at least. */
const LEAST_BYTES = 24;

/** A key of Standard Webhooks: `whsec_` and base64, or the base64 alone. */
const Key = z
  .string()
  .regex(/^(whsec_)?(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'is not base64')
  .transform((text) => Buffer.from(text.replace(/^whsec_/, ''), 'base64'))
  .refine((key) => key.byteLength >= LEAST_BYTES, `has less than ${LEAST_BYTES} bytes`);

/**
 * The secret `{"current": "…", "previous": "…"}`, read as keys, the current one first. Both count, for rotation: `previous` is missing,
 * null or empty where there is none.
 */
export const WebhookKeys = z
  .object({ current: Key, previous: Key.or(z.literal('')).nullish() })
  .transform(
    ({ current, previous }): WebhookKeys => [
      current,
      ...(previous === undefined || previous === null || previous === '' ? [] : [previous]),
    ],
  );

export type WebhookKeys = readonly [Buffer, ...Buffer[]];
