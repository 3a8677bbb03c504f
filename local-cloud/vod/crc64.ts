const POLYNOMIAL = 0xc96c5795d7870f42n;
const HIGH = new Int32Array(256);
const LOW = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let rest = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) rest = rest & 1n ? (rest >> 1n) ^ POLYNOMIAL : rest >> 1n;
  HIGH[byte] = Number(rest >> 32n);
  LOW[byte] = Number(rest & 0xffff_ffffn);
}

/** CRC-64/XZ, the checksum that COS answers uploads with. In two halves, as BigInt is too slow for each byte. */
export class Crc64 {
  private high = -1;
  private low = -1;

  update(bytes: Uint8Array): void {
    let { high, low } = this;
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
      high = (high >>> 8) ^ (HIGH[index] ?? 0);
    }
    Object.assign(this, { high, low });
  }

  /** The sum of everything so far, as a decimal number. */
  digest(): string {
    return String((BigInt(~this.high >>> 0) << 32n) | BigInt(~this.low >>> 0));
  }
}
