import * as z from 'zod';

/** An endpoint of a WireGuard peer that an act set. `was`: before it; null: there was none. Both `address:port`. */
export const EndpointSet = z.object({
  device: z.string(),
  peer: z.string().describe('its public key'),
  was: z.string().nullable(),
  set: z.string(),
});

export type EndpointSet = z.infer<typeof EndpointSet>;
