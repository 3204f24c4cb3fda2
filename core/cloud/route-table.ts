import * as z from 'zod';

/** `rtb-` and 8 or 17 hex digits. */
export const RouteTableId = z.string().regex(/^rtb-([0-9a-f]{8}|[0-9a-f]{17})$/);

/** One route of a VPC's route table, from DescribeRouteTables. */
export const CloudRoute = z.object({
  destination: z.string().describe('IPv4 CIDR'),
  target: z
    .string()
    .describe(
      'the most exact id that names it: eni-…, else i-…, nat-…, tgw-…, pcx-…, igw-… or another gateway, `local`',
    ),
  instanceId: z.string().nullable().describe('the instance behind the target; null: none, or none that EC2 knows'),
  state: z.enum(['active', 'blackhole']).describe('blackhole: the target is gone, stopped or detached'),
});

/** The routes of one configured route table, or why they could not be read. Both are evidence. */
export const RouteTableReading = z.discriminatedUnion('status', [
  z.object({ status: z.literal('read'), id: RouteTableId, routes: z.array(CloudRoute) }),
  z.object({ status: z.literal('unread'), id: RouteTableId, reason: z.string() }),
]);

export type CloudRoute = z.infer<typeof CloudRoute>;
export type RouteTableReading = z.infer<typeof RouteTableReading>;
