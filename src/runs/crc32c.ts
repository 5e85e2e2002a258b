/** x^32 + x^28 + x^27 + ... + 1, Castagnoli, bits reversed. */
const polynomial = 0x82f63b78;

/** What each byte does to the remainder. Shape: 256. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = (remainder >>> 1) ^ ((remainder & 1) === 1 ? polynomial : 0);
  return remainder;
});

/** CRC-32C of bytes, as an unsigned number. Source: RFC 3720, 12.1; witness: its vectors in B.4. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]!;
  return ~remainder >>> 0;
}

/**
 * The checksum as TFRecord files hold it: rotated right by 15 bits, plus a constant, modulo 2³², so that a checksum of
 * bytes which hold checksums keeps its strength. Source: TensorFlow, core/lib/hash/crc32c.h.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
