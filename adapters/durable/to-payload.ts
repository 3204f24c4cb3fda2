/** JSON as Lambda takes it. Values that JSON cannot represent, such as `undefined`, become null. */
export function toPayload(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value) ?? 'null');
}
