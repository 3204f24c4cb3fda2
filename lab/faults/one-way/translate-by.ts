import { type FaultStep, shell } from '../../fault.ts';

/** Replaces the rules by which the router of gpu-1's site translates what leaves it. */
export function translateBy(...rules: readonly string[]): FaultStep {
  const added = rules.map((rule) => `nft add rule ip nat postrouting oifname wan ${rule}`);
  return shell('nat1', ['nft flush chain ip nat postrouting', ...added].join(' && '));
}
