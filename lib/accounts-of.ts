import type { StackAccount, StackSettings } from './stack-settings.ts';

/** Every account and region beside the stack's own, once. */
export function accountsOf({ served }: Pick<StackSettings, 'served'>): readonly StackAccount[] {
  const accounts = served.flatMap(({ account }) => (account === null ? [] : [[placeOf(account), account] as const]));
  return [...new Map(accounts).values()];
}

export function isSamePlace(left: StackAccount | null, right: StackAccount | null): boolean {
  return left !== null && right !== null && placeOf(left) === placeOf(right);
}

function placeOf({ id, region }: StackAccount): string {
  return `${id}/${region}`;
}
