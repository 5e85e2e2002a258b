import { crc32 } from "node:zlib";

/** Hand-made weights files: what a hostile or broken writer could put on the disk. */

const utf8 = new TextEncoder();

export function join(parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === "string" ? utf8.encode(part) : Uint8Array.from(part))),
  );
}

function u16(value: number): number[] {
  return [value & 255, (value >>> 8) & 255];
}

export function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}

export interface ForgedEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What is claimed, where it differs from the truth. */
  readonly sizeBytes?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly flags?: number;
  /** The header that the directory points at: another entry's place makes an overlap. */
  readonly offset?: number;
}

/** A zip archive of entries as they are given, true or not. */
export function forgeZip(entries: readonly ForgedEntry[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const {
      name,
      bytes,
      sizeBytes = bytes.length,
      method = 0,
      crc = crc32(bytes),
      flags = 0,
      offset = at,
    } = entry;
    const common = [...u16(20), ...u16(flags), ...u16(method), ...u32(0), ...u32(crc), ...u32(bytes.length)];
    const sizes = [...u32(sizeBytes), ...u16(name.length), ...u16(0)];
    const local = join([u32(0x04034b50), common, sizes, name, bytes]);
    directory.push(
      join([u32(0x02014b50), u16(20), common, sizes, u16(0), u16(0), u16(0), u32(0), u32(offset), name]),
    );
    locals.push(local);
    at += local.length;
  }
  const central = join(directory);
  const counts = [...u16(0), ...u16(0), ...u16(entries.length), ...u16(entries.length)];
  return join([...locals, central, u32(0x06054b50), counts, u32(central.length), u32(at), u16(0)]);
}

/** A .pth archive around a pickle and the bytes of one storage, "0". */
export function forgePth(pickle: Uint8Array, storage = new Uint8Array(24)): Uint8Array {
  return forgeZip([
    { name: "x/data.pkl", bytes: pickle },
    { name: "x/data/0", bytes: storage },
  ]);
}

export const global = (module: string, name: string): string => `c${module}\n${name}\n`;
export const text = (value: string): Uint8Array => join(["X", u32(value.length), value]);
export const whole = (value: number): Uint8Array => join(["J", u32(value)]);
export const tuple = (...items: readonly Uint8Array[]): Uint8Array => join(["(", ...items, "t"]);

/** A reference to a storage of `length` float32 values. */
export function storage(length: number, kind = global("torch", "FloatStorage"), key = "0"): Uint8Array {
  return join([tuple(text("storage"), join([kind]), text(key), text("cpu"), whole(length)), "Q"]);
}

/** A call of torch's tensor constructor, with whatever layout. */
export function tensor(
  layout: {
    offset?: number;
    dims: readonly number[];
    strides: readonly number[];
    length?: number;
    key?: string;
  },
  kind?: string,
): Uint8Array {
  const { offset = 0, dims, strides, length = 6, key = "0" } = layout;
  return join([
    global("torch._utils", "_rebuild_tensor_v2"),
    tuple(
      storage(length, kind, key),
      whole(offset),
      tuple(...dims.map(whole)),
      tuple(...strides.map(whole)),
      join([[0x89]]),
      join([global("collections", "OrderedDict"), ")R"]),
    ),
    "R",
  ]);
}

/** A pickle of a dictionary with one entry, "w". */
export function dictionary(value: Uint8Array): Uint8Array {
  return join([[0x80, 2], "}", text("w"), value, "s."]);
}
