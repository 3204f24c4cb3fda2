/** The generator of the CRC of POSIX `cksum` (and of Ethernet). */
const GENERATOR = 0x04c11db7;

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ (remainder < 0 ? GENERATOR : 0);
  return remainder;
});

/** What `cksum` says of a file with this text, which is ASCII: the CRC of its bytes and then of its length (POSIX.1-2017, cksum). */
export function posixChecksum(text: string): number {
  let crc = 0;
  const add = (byte: number) => {
    crc = (crc << 8) ^ (remainders[(crc >>> 24) ^ byte] ?? 0);
  };
  for (let index = 0; index < text.length; index++) add(text.charCodeAt(index) & 0xff);
  for (let length = text.length; length > 0; length = Math.floor(length / 256)) add(length % 256);
  return ~crc >>> 0;
}
