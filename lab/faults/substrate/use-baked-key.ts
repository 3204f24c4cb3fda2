import { type FaultStep, shell } from '../../fault.ts';

/** A key that several places can make by themselves, as one baked into a node image would be there for all. */
const BAKED_KEY = "printf 'baked into the node image' | openssl dgst -sha256 -binary | base64";

/** Gives a host the baked key. */
export function useBakedKey(host: string): FaultStep {
  return shell(host, `${BAKED_KEY} | wg set wg0 private-key /dev/stdin`);
}

/** Shell words that give the public half of the baked key. */
export const bakedPublicKey = `$(${BAKED_KEY} | wg pubkey)`;
