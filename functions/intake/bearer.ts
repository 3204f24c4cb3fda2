import { hash, timingSafeEqual } from 'node:crypto';

/** True when the header carries one of the tokens. Digests are compared, so that the time taken reveals neither content nor length. */
export function bearerAllowed(authorization: string | undefined, tokens: readonly string[]): boolean {
  const presented = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (presented === undefined) return false;
  const digest = sha256(presented);
  // No early exit: every token is compared.
  return tokens.filter((token) => token !== '' && timingSafeEqual(sha256(token), digest)).length > 0;
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
