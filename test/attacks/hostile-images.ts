import { deflateSync, gzipSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { createRandom } from "../../src/base/random.ts";

/** One hostile file: what it is called, what is in it, and what must become of it. */
export interface HostileImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Codes it may be refused with. */
  readonly codes: readonly string[];
  /** The sound picture it was made from: if it is accepted, its pixels must be these. Absent: it must be refused. */
  readonly sound?: Uint8Array;
  /** Accepted whatever its pixels: a header bit may be one that no pixel depends on, or a size. */
  readonly isHarmless?: boolean;
}

const size = { width: 40, height: 32 };

/** Every hostile file, always the same ones. */
export async function makeHostileImages(): Promise<HostileImage[]> {
  const sound = await soundImages();
  return [
    ...[...sound].flatMap(([name, bytes]) => truncated(name, bytes)),
    ...[...sound].flatMap(([name, bytes]) => flipped(name, bytes)),
    ...hugeHeaders(sound),
    ...impostors(sound.get("jpg")!),
    ...polyglots(sound),
    ...pngTricks(sound.get("png")!),
    ...(await animations()),
    ...(await extremeSizes()),
  ];
}

/** A noise picture in every format and form of it that is read. */
async function soundImages(): Promise<Map<string, Uint8Array>> {
  const random = createRandom(1);
  const noise = Uint8Array.from({ length: size.width * size.height * 3 }, () => random.integer(256));
  const picture = (): Sharp => sharp(noise, { raw: { ...size, channels: 3 } });
  const made = {
    jpg: picture().jpeg(),
    "progressive.jpg": picture().jpeg({ progressive: true, mozjpeg: false }),
    png: picture().png(),
    "interlaced.png": picture().png({ progressive: true }),
    "palette.png": picture().png({ palette: true }),
    webp: picture().webp(),
    "lossless.webp": picture().webp({ lossless: true }),
    gif: picture().gif(),
    tiff: picture().tiff({ compression: "lzw" }),
    avif: picture().avif({ effort: 0 }),
  };
  const entries = Object.entries(made).map(async ([name, one]) => [name, await one.toBuffer()] as const);
  return new Map(await Promise.all(entries));
}

function truncated(name: string, sound: Uint8Array): HostileImage[] {
  const lengths = [
    0,
    1,
    3,
    8,
    20,
    ...[0.1, 0.25, 0.5, 0.75, 0.9].map((part) => Math.floor(part * sound.length)),
  ];
  lengths.push(sound.length - 20, sound.length - 4, sound.length - 1);
  return lengths.map((length) => ({
    name: `cut-at-${length}-of-${sound.length}.${name}`,
    bytes: sound.subarray(0, length),
    codes: [
      "E_IMAGE_TRUNCATED",
      ...(length === 0 ? ["E_IMAGE_EMPTY"] : []),
      ...(length < 40 ? ["E_IMAGE_TYPE"] : []),
    ],
    sound,
  }));
}

function flipped(name: string, sound: Uint8Array): HostileImage[] {
  const random = createRandom(2).fork(name);
  return Array.from({ length: 10 }, (_, i) => {
    const at = random.integer(Math.min(96, sound.length));
    const bit = random.integer(8);
    const bytes = Uint8Array.from(sound);
    bytes[at]! ^= 1 << bit;
    const codes = ["E_IMAGE_TRUNCATED", "E_IMAGE_TYPE", "E_IMAGE_TOO_LARGE", "E_IMAGE_ANIMATED"];
    return { name: `flip-${i}-byte-${at}-bit-${bit}.${name}`, bytes, codes, isHarmless: true };
  });
}

/** Small files that claim to be enormous, so that whoever believes them reserves gigabytes. */
function hugeHeaders(sound: ReadonlyMap<string, Uint8Array>): HostileImage[] {
  const codes = ["E_IMAGE_TOO_LARGE", "E_IMAGE_TRUNCATED"];
  const frame = findBytes(sound.get("jpg")!, [0xff, 0xc0]);
  const webp = sound.get("lossless.webp")!;
  const gif = sound.get("gif")!;
  const tiff = sound.get("tiff")!;
  return [
    ...[60_000, 500_000, 0x7fffffff, 0xffffffff].map((side) => ({
      name: `huge-${side}.png`,
      bytes: withCrc(patch(sound.get("png")!, 16, [...uint32(side), ...uint32(side)]), 8),
      codes,
    })),
    ...[20_000, 65_500, 65_535].map((side) => ({
      name: `huge-${side}.jpg`,
      bytes: patch(sound.get("jpg")!, frame + 5, [side >> 8, side & 255, side >> 8, side & 255]),
      codes,
    })),
    { name: "huge-screen.gif", bytes: patch(gif, 6, [255, 255, 255, 255]), codes, sound: gif },
    {
      name: "huge-frame.gif",
      bytes: patch(gif, findBytes(gif, [0x2c, 0, 0, 0, 0]) + 5, [255, 255, 255, 255]),
      codes,
    },
    { name: "huge.webp", bytes: patch(webp, findBytes(webp, [0x2f]) + 1, [255, 255, 255, 15]), codes },
    ...[256, 257].map((tag) => ({
      name: `huge-tag-${tag}.tiff`,
      bytes: patchTiffTag(tiff, tag, 0x7fffffff),
      codes,
    })),
  ];
}

/** Anything under a picture's name that is none. */
function impostors(jpeg: Uint8Array): HostileImage[] {
  const entity = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>`;
  const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>`;
  const box = (brand: string): string => `\0\0\0\x14ftyp${brand}\0\0\0\0${brand}`;
  const contents: Record<string, string | Uint8Array> = {
    text: "just a text\n",
    json: '{"a":1}',
    html: "<!DOCTYPE html><title>404</title>",
    php: "<?php system($_GET['c']); ?>",
    pdf: "%PDF-1.7\n1 0 obj\n",
    postscript: "%!PS-Adobe-3.0 EPSF-3.0\n",
    exe: "MZ\x90\0\x03\0\0\0",
    elf: "\x7fELF\x02\x01\x01\0",
    zip: join("PK\x03\x04\x14\0\0\0", jpeg),
    gzip: gzipSync(jpeg),
    svg: svg,
    "svg-entity": entity + svg,
    "svg-bomb": bomb + svg.replace("&x;", "&c;"),
    svgz: gzipSync(svg),
    "svg-href": svg.replace("<text>&x;</text>", '<image href="file:///etc/passwd"/>'),
    mvg: "push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://localhost/x'\n",
    bmp: "BM\x3a\0\0\0\0\0\0\0\x36\0\0\0",
    heic: box("heic"),
    mp4: box("isom"),
    jxl: "\xff\x0a\xfa\x1f",
    jp2: "\0\0\0\x0cjP  \r\n\x87\n",
    psd: "8BPS\0\x01",
    ico: "\0\0\x01\0\x01\0",
    ppm: "P6 9 9 255\n",
    pfm: "PF\n99999 99999\n-1.0\n",
    vips: "\xb6\xa6\xf2\x08",
    zeros: new Uint8Array(5000),
    ones: new Uint8Array(5000).fill(255),
    lfs: "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "late-jpeg": join("\n", jpeg),
    base64: Buffer.from(jpeg).toString("base64"),
    "data-url": `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`,
  };
  return Object.entries(contents).map(([what, content]) => ({
    name: `${what}-called.jpg`,
    bytes: typeof content === "string" ? Buffer.from(content, "latin1") : content,
    codes: ["E_IMAGE_TYPE"],
  }));
}

/** Files that are two things at once: read as the picture they are, or refused. */
function polyglots(sound: ReadonlyMap<string, Uint8Array>): HostileImage[] {
  const tails = {
    zip: "PK\x03\x04",
    html: "<script>alert(1)</script>",
    pdf: "%PDF-1.4",
    jpeg: "\xff\xd8\xff\xe0",
  };
  const appended = ["jpg", "png", "webp", "gif", "tiff"].flatMap((type) =>
    Object.entries(tails).map(([what, tail]) => ({
      name: `with-${what}-behind.${type}`,
      bytes: join(sound.get(type)!, tail),
      codes: ["E_IMAGE_TRUNCATED"],
      sound: sound.get(type)!,
    })),
  );
  const script = {
    name: "script.gif",
    bytes: Buffer.from("GIF89a=alert(1);//"),
    codes: ["E_IMAGE_TRUNCATED"],
  };
  const onlyStart = {
    name: "start.jpg",
    bytes: Buffer.from("\xff\xd8\xff<html>", "latin1"),
    codes: ["E_IMAGE_TRUNCATED"],
  };
  const comment = Buffer.from("\xff\xfe\x00\x20<script>alert(document)</script>".slice(0, 34), "latin1");
  const jpeg = sound.get("jpg")!;
  return [
    ...appended,
    script,
    onlyStart,
    {
      name: "script-in-comment.jpg",
      bytes: join(jpeg.subarray(0, 2), comment, jpeg.subarray(2)),
      codes: [],
      sound: jpeg,
    },
    { name: "png-called.jpg", bytes: sound.get("png")!, codes: [], sound: sound.get("png")! },
    { name: "jpg-called.png", bytes: jpeg, codes: [], sound: jpeg },
  ];
}

/** Chunks that mislead: a bomb in a text, a length past the end, lengths that go round, no pixels at all. */
function pngTricks(png: Uint8Array): HostileImage[] {
  const bomb = deflateSync(new Uint8Array(64 * 2 ** 20));
  const header = png.subarray(0, 33);
  const body = png.subarray(33);
  const tricks: Record<string, Uint8Array> = {
    "text-bomb": join(header, chunk("zTXt", join("k\0\0", bomb)), body),
    "profile-bomb": join(header, chunk("iCCP", join("p\0\0", bomb)), body),
    "long-chunk": join(header, uint32(0xffffffff), "tEXt", body),
    "negative-chunk": join(header, uint32(0xfffffff4), "tEXt", body),
    "no-pixels": join(header, chunk("IEND", new Uint8Array(0))),
    "two-headers": join(header, header.subarray(8), body),
    "short-pixels": join(
      header,
      chunk("IDAT", deflateSync(new Uint8Array(10))),
      chunk("IEND", new Uint8Array(0)),
    ),
    "wrong-sum": patch(png, 29, [0, 0, 0, 0]),
  };
  return Object.entries(tricks).map(([name, bytes]) => ({
    name: `${name}.png`,
    bytes,
    codes: ["E_IMAGE_TRUNCATED", "E_IMAGE_TOO_LARGE"],
    sound: png,
  }));
}

async function animations(): Promise<HostileImage[]> {
  const frames = { width: 8, height: 24, channels: 3, pageHeight: 8 } as const;
  const film = sharp(
    Uint8Array.from({ length: 8 * 24 * 3 }, (_, i) => (i * 7) % 256),
    { raw: frames },
  );
  const still = await sharp(new Uint8Array(192), { raw: { width: 8, height: 8, channels: 3 } })
    .png()
    .toBuffer();
  const control = chunk("acTL", join(uint32(5), uint32(0)));
  const made: Record<string, Uint8Array> = {
    "film.gif": await film.clone().gif().toBuffer(),
    "film.webp": await film.clone().webp().toBuffer(),
    "film.png": join(still.subarray(0, 33), control, still.subarray(33)),
    "film-called.jpg": await film.clone().gif().toBuffer(),
    "sequence.avif": Buffer.from("\0\0\0\x18ftypavis\0\0\0\0avifmiaf", "latin1"),
  };
  const codes = ["E_IMAGE_ANIMATED"];
  return Object.entries(made).map(([name, bytes]) => ({
    name,
    bytes,
    codes: name.endsWith("avif") ? [...codes, "E_IMAGE_TRUNCATED"] : codes,
  }));
}

async function extremeSizes(): Promise<HostileImage[]> {
  const blank = (width: number, height: number): Sharp =>
    sharp({ create: { width, height, channels: 3, background: "teal" } });
  const bomb = await blank(16_000, 16_000).png({ compressionLevel: 9 }).toBuffer();
  const small = await Promise.all(
    [
      [1, 1],
      [20_000, 1],
      [1, 20_000],
      [51, 1],
      [50, 1],
    ].map(async ([width, height]) => ({
      name: `${width}x${height}.png`,
      bytes: await blank(width!, height!).png().toBuffer(),
      codes: ["E_IMAGE_TOO_LARGE"],
      isHarmless: Math.max(width!, height!) <= 50,
    })),
  );
  return [{ name: "bomb-of-256-megapixels.png", bytes: bomb, codes: ["E_IMAGE_TOO_LARGE"] }, ...small];
}

function join(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

function patch(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const out = Uint8Array.from(bytes);
  out.set(values, at);
  return out;
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function findBytes(bytes: Uint8Array, pattern: readonly number[]): number {
  return Buffer.from(bytes).indexOf(Uint8Array.from(pattern), 12);
}

/** A PNG chunk with its check sum. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  return withCrc(join(uint32(content.length), name, content, uint32(0)), 0);
}

/** The same PNG bytes with the sum of the chunk at `at` made right. */
function withCrc(bytes: Uint8Array, at: number): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
  let sum = 0xffffffff;
  for (const byte of bytes.subarray(at + 4, at + 8 + length)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return patch(bytes, at + 8 + length, [...uint32(~sum >>> 0)]);
}

/** Sets the value of a tag in the first directory of a little-endian TIFF, as a 32-bit number. */
function patchTiffTag(bytes: Uint8Array, tag: number, value: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  const view = new DataView(out.buffer);
  const directory = view.getUint32(4, true);
  for (let i = 0; i < view.getUint16(directory, true); i += 1) {
    const at = directory + 2 + 12 * i;
    if (view.getUint16(at, true) !== tag) continue;
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 8, value, true);
  }
  return out;
}
