/** Room for what a thread is at work on, which another one reads when it hangs or has died. */
const MOST_CHARACTERS = 2_000_000;
const HEADER_BYTES = 8;

export function createShownInput(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + 2 * MOST_CHARACTERS);
}

export function showInput(shared: SharedArrayBuffer, input: string): void {
  const header = new Int32Array(shared, 0, 2);
  const length = Buffer.from(shared, HEADER_BYTES).write(input, 'utf16le');
  Atomics.store(header, 1, length);
  Atomics.add(header, 0, 1);
}

/** The input that was shown last, and how many were shown. */
export function readShown(shared: SharedArrayBuffer): { readonly count: number; readonly input: () => string } {
  const header = new Int32Array(shared, 0, 2);
  return {
    count: Atomics.load(header, 0),
    input: () => Buffer.from(shared, HEADER_BYTES, Atomics.load(header, 1)).toString('utf16le'),
  };
}
