import { Inflate } from "fflate";
import { limits } from "../../../src/kinograph/sessions/export_format.json";
import type { Said, Why } from "./report";

const CHUNK = 1 << 16;
const [END, LISTED, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [STORED, DEFLATED] = [0, 8];
const ELSEWHERE = 0xffffffff; // in ZIP64 the figure stands in another place

export type ZipEntry = { name: string; locked: boolean; method: number; crc: number; packed: number; at: number };

/** Why a file cannot be used; "tried" where the server may be able to. */
export class Unusable extends Error {
  constructor(
    readonly why: Why | "tried",
    readonly said?: Said,
  ) {
    super(why);
  }
}

export function isZip(content: Uint8Array): boolean {
  const signature = content.length < 4 ? 0 : view(content).getUint32(0, true);
  return signature === LOCAL || signature === END;
}

/** What the end of the ZIP lists. Sizes in front of the entries are zero in a real export, and anything in a forged one. */
export function entriesOf(zip: Uint8Array): ZipEntry[] {
  const data = view(zip);
  let end = zip.length - 22;
  while (end >= 0 && data.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Unusable("damaged");
  const count = data.getUint16(end + 10, true);
  const size = data.getUint32(end + 12, true);
  const start = data.getUint32(end + 16, true);
  if (count > limits.zip_entries) throw new Unusable("large");
  if (start === ELSEWHERE) throw new Unusable("tried");
  let at = end - size;
  const shift = at - start; // of all places, where something stands in front of the ZIP
  return Array.from({ length: count }, () => {
    if (at < 0 || at + 46 > end || data.getUint32(at, true) !== LISTED) throw new Unusable("damaged");
    const flags = data.getUint16(at + 8, true);
    const name = at + 46;
    const length = data.getUint16(at + 28, true);
    const entry = {
      name: new TextDecoder(flags & 0x800 ? "utf-8" : "latin1").decode(zip.subarray(name, name + length)),
      locked: (flags & 1) === 1,
      method: data.getUint16(at + 10, true),
      crc: data.getUint32(at + 16, true),
      packed: data.getUint32(at + 20, true),
      at: shift + data.getUint32(at + 42, true),
    };
    if (entry.packed === ELSEWHERE || entry.at - shift === ELSEWHERE) throw new Unusable("tried");
    at = name + length + data.getUint16(at + 30, true) + data.getUint16(at + 32, true);
    return entry;
  });
}

/** The bytes of an entry, no more than `most`: what inflating gives, whatever the ZIP says of their number. */
export function inflate(zip: Uint8Array, entry: ZipEntry, most: number): Uint8Array<ArrayBuffer> {
  const data = view(zip);
  if (entry.at < 0 || entry.at + 30 > zip.length || data.getUint32(entry.at, true) !== LOCAL) throw new Unusable("damaged");
  const start = entry.at + 30 + data.getUint16(entry.at + 26, true) + data.getUint16(entry.at + 28, true);
  const packed = zip.subarray(start, start + entry.packed);
  if (packed.length < entry.packed) throw new Unusable("damaged");
  const bound = Math.min(most, Math.max(limits.inflation_ratio_from_bytes, limits.inflation_ratio * zip.length));
  const content = joined(entry.method === STORED ? [packed] : inflated(entry, packed, bound), bound);
  if (checksum(content) !== entry.crc) throw new Unusable("damaged");
  return content;
}

function inflated(entry: ZipEntry, packed: Uint8Array, most: number): Uint8Array[] {
  if (entry.method !== DEFLATED) throw new Unusable("packed"); // Letterboxd and whoever packs anew use no other
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((chunk) => {
    chunks.push(chunk);
    if ((length += chunk.length) > most) throw new Unusable("large");
  });
  try {
    for (let at = 0; at < packed.length; at += CHUNK) stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length);
  } catch (error) {
    throw error instanceof Unusable ? error : new Unusable("damaged");
  }
  return chunks;
}

function joined(chunks: Uint8Array[], most: number): Uint8Array<ArrayBuffer> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > most) throw new Unusable("large");
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** CRC-32, as ZIP has it. */
function checksum(content: Uint8Array): number {
  let sum = -1;
  for (const byte of content) sum = REMAINDERS[(sum ^ byte) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

function view(content: Uint8Array): DataView {
  return new DataView(content.buffer, content.byteOffset, content.byteLength);
}
