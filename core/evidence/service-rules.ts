import * as z from 'zod';

/** The back ends of iptables: `iptables-nft` keeps its tables in nf_tables, `iptables-legacy` in the older ip_tables. */
const BackEnd = z.enum(['nf_tables', 'legacy']);

/**
 * What kube-proxy, flannel and who takes kube-proxy's place have written into the kernel, as far as IPv4 shows it. Complete
 * where it is given: a chain that is not listed is not there.
 */
export const ServiceRules = z.object({
  backends: z.array(BackEnd).describe('those in which tables of iptables exist'),
  chains: z
    .array(z.tuple([BackEnd, z.string(), z.string(), z.int().nullable()]))
    .describe(
      '[back end, table, chain, rules | null where they were not counted] of KUBE-SERVICES, FLANNEL-POSTRTG, FLANNEL-FWD, ' +
        'CILIUM_POST_nat, of the tables kube-proxy and flannel-ipv4 that nftables modes make, and of POSTROUTING, where only ' +
        'rules that masquerade are counted',
    ),
  virtualServices: z.int().describe('services of IPVS'),
});

export type ServiceRules = z.infer<typeof ServiceRules>;
