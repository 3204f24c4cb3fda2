import type { StackSettings } from './stack-settings.ts';

/** Those of the file's settings that a function's schema reads. */
export function settingsReadBy(
  { shape }: { readonly shape: Readonly<Record<string, unknown>> },
  { environment }: StackSettings,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([variable]) => Object.hasOwn(shape, variable)));
}
