/** Does `body` with a signal that Ctrl-C or SIGTERM aborts. A second one ends the process. */
export async function untilInterrupted<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.once(name, stop);
  try {
    return await body(controller.signal);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}
