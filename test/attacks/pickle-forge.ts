import { crc32, deflateRawSync } from "node:zlib";
import { type Random, createRandom } from "../../src/base/random.ts";
import { forgePth, forgeZip, global, join, tensor, text, u32 } from "./weights-forge.ts";

/** Small files that would cost a naive reader much: pickles of nested, shared, repeated and deflated containers. */

const largestDeflated = 16 * 2 ** 20 - 100;
const largestStored = 2 ** 18;

function latin(codes: string): Uint8Array {
  return Buffer.from(codes, "latin1");
}

function repeated(word: Uint8Array | readonly number[] | string, times: number): Uint8Array {
  const one = join([word]);
  return Buffer.alloc(one.length * Math.floor(times), one);
}

/** `size` bytes of one or a few instructions, and what makes a whole value of what they leave. */
const bodies: Readonly<Record<string, (size: number) => Uint8Array>> = {
  "empty dictionaries": (size) => repeated("}", size),
  "empty lists": (size) => repeated("]", size),
  "empty tuples": (size) => repeated(")", size),
  nothings: (size) => repeated("N", size),
  "numbers thrown away": (size) => repeated("N0", size / 2),
  marks: (size) => repeated("(", size),
  "byte strings": (size) => repeated(["C".charCodeAt(0), 0], size / 2),
  "texts of one letter": (size) => repeated(join(["X", u32(1), "a"]), size / 6),
  "memo entries": (size) => join(["N", repeated([0x94], size)]),
  "tuples in tuples": (size) => join([")", repeated([0x85], size)]),
  "tuples of the same two": (size) => join([")", repeated([0x32, 0x86], Math.min(size, 400) / 2)]),
  "tuples of the same two, many": (size) => join([")", repeated([0x32, 0x86], size / 2)]),
  "lists in lists": (size) => join(["]q\0", repeated("]q\x01h\0h\x01ah\x01q\0", size / 12)]),
  "a list in itself": (size) => join(["]q\0", repeated("h\0a", size / 3)]),
  "a dictionary in itself": (size) => join(["}q\0", repeated("Nh\0s", size / 4)]),
  "dictionaries of one shared list of pairs": (size) => {
    const pairs = join([
      "(",
      repeated(latin("NN\x86"), size / 8),
      "lq\0",
      global("collections", "OrderedDict"),
      "q\x01",
    ]);
    return join([pairs, repeated(join(["h", [1], "h", [0], [0x85], "R0"]), size / 16)]);
  },
  "a dictionary of one shared large dictionary": (size) => {
    const count = Math.max(1, Math.floor(Math.min(size, 2 ** 20) / 16));
    const large = join(["}q\0(", ...Array.from({ length: count }, (_, i) => join(["J", u32(i), "N"])), "u0"]);
    return join([
      large,
      "}q\x01(",
      ...Array.from({ length: count }, (_, i) => join(["J", u32(i), "h\0"])),
      "u",
    ]);
  },
  "a tensor of a million dimensions": (size) => {
    const dims = join(["(", repeated("K\x01", size / 2), "t"]);
    return join([global("torch._utils", "_rebuild_tensor_v2"), "(", good, "K\0", dims, dims, "tR"]);
  },
  "a name as long as the file": (size) => join([text("a".repeat(size)), text("b"), [0x93]]),
  "a key as long as the file": (size) =>
    join(["}", text("k".repeat(size)), tensor({ dims: [6], strides: [1] }), "s"]),
  "settings that are read past": (size) =>
    join([repeated(join([global("argparse", "Namespace"), ")", [0x81], "}b0"]), size / 26), "}"]),
  "tensors without end": (size) => {
    const call = join([
      global("torch._utils", "_rebuild_tensor_v2"),
      "q\0(",
      good,
      latin("K\0K\x06\x85K\x01\x85tq\x01R0"),
    ]);
    return join([call, repeated("h\0h\x01R0", size / 6), "}"]);
  },
};

const good = join(["(", text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), "K\x06tQ"]);

export const bodyNames: readonly string[] = Object.keys(bodies);

const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Where a pickle can stand in a file. */
const wrappings: Readonly<Record<string, (pickle: Uint8Array) => Uint8Array>> = {
  "in a deflated archive": (pickle) =>
    forgeZip([
      {
        name: "x/data.pkl",
        bytes: deflateRawSync(pickle, { level: 1 }),
        sizeBytes: pickle.length,
        method: 8,
        crc: crc32(pickle),
      },
    ]),
  "in a stored archive": (pickle) => forgePth(pickle),
  "in the place of the magic number": (pickle) => pickle,
  "behind the magic number": (pickle) => join([magic, pickle]),
  "in the place of the tensors": (pickle) =>
    join([magic, [0x80, 2], latin("M\xe9\x03."), [0x80, 2], "}.", pickle]),
  "in the place of the storage keys": (pickle) =>
    join([magic, [0x80, 2], latin("M\xe9\x03."), [0x80, 2], "}.", [0x80, 2], "}.", pickle]),
};

export const wrappingNames: readonly string[] = Object.keys(wrappings);

/** One hostile file. `size`: of its pickle, in bytes. */
export function forgePickle(body: string, wrapping: string, size: number): Uint8Array {
  const most = wrapping === "in a deflated archive" ? largestDeflated : largestStored;
  const pickle = join([[0x80, 2], bodies[body]!(Math.min(size, most)), "."]);
  return wrappings[wrapping]!(pickle);
}

/** A hostile file by its seed: one to three bodies in a row, some bytes of it changed, in any place of a file. */
export function drawPickle(seed: number): Uint8Array {
  const random = createRandom(seed);
  const wrapping = pick(random, wrappingNames);
  const most = wrapping === "in a deflated archive" ? largestDeflated : largestStored;
  const parts = Array.from({ length: 1 + random.integer(3) }, () =>
    bodies[pick(random, bodyNames)]!(Math.floor(most ** random.next() / 3) + 1),
  );
  const pickle = Uint8Array.from(join([[0x80, 2], ...parts, "."]));
  for (let edits = random.integer(4); edits > 0; edits -= 1)
    pickle[random.integer(pickle.length)] = random.integer(256);
  return wrappings[wrapping]!(pickle);
}

function pick(random: Random, names: readonly string[]): string {
  return names[random.integer(names.length)]!;
}
