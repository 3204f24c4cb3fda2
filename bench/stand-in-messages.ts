import * as z from 'zod';

/** The first that stand-ins.ts tells. `leaves`: the GPU nodes. */
export const StandInsStarted = z.object({
  ssmUrl: z.string(),
  kubeconfig: z.string(),
  leaves: z.array(z.string()).readonly(),
});
export type StandInsStarted = z.infer<typeof StandInsStarted>;

/** Nodes that fall sick now. */
export const StandInRequest = z.object({ sick: z.array(z.string()) });
export type StandInRequest = z.infer<typeof StandInRequest>;

/** How many commands it was sent until then. */
export const StandInsReply = z.object({ sent: z.number() });
export type StandInsReply = z.infer<typeof StandInsReply>;
