/** A pause that does not end within the test. */
export const never = (): Promise<void> => new Promise(() => undefined);
