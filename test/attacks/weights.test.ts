import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { RootstockError } from "../../src/base/errors.ts";
import { encodeSafetensors } from "../../src/files/safetensors.ts";
import { openWeights } from "../../src/backbones/weights/open-weights.ts";
import {
  dictionary,
  forgePth,
  forgeZip,
  global,
  join,
  tensor,
  text,
  tuple,
  u32,
  whole,
} from "./weights-forge.ts";

const folder = await mkdtemp(joinPath(tmpdir(), "rootstock-attack-"));
afterAll(() => rm(folder, { recursive: true }));

/** Opens the bytes as a file and reads every tensor in it. */
async function readAll(bytes: Uint8Array, name = "attack.pth"): Promise<number> {
  const path = joinPath(folder, name);
  await writeFile(path, bytes);
  await using file = await openWeights(path);
  let total = 0;
  for (const weight of file.tensors.values())
    if (weight.type !== "int64") total += (await weight.read()).bytes.length;
  return total;
}

const good = tensor({ dims: [2, 3], strides: [3, 1] });

test("the forge itself makes a file that opens", async () => {
  expect(await readAll(forgePth(dictionary(good)))).toBe(24);
});

test.each([
  ["posix", "system"],
  ["os", "system"],
  ["nt", "system"],
  ["builtins", "eval"],
  ["builtins", "exec"],
  ["builtins", "getattr"],
  ["__builtin__", "__import__"],
  ["subprocess", "Popen"],
  ["torch", "load"],
  ["torch.serialization", "load"],
  ["torch._utils", "_rebuild_device_tensor_from_numpy"],
  ["torch.storage", "_load_from_bytes"],
  ["numpy.core.multiarray", "_reconstruct"],
  ["codecs", "decode"],
  ["collections", "OrderedDict.__init__"],
  ["constructor", "prototype"],
  ["", "__proto__"],
])("a pickle that calls %s.%s is refused by that name", async (module, name) => {
  const call = join([global(module, name), tuple(text("touch pwned")), "R"]);
  const refusal = { code: "E_PICKLE_GLOBAL", message: expect.stringContaining(`"${module}.${name}"`) };
  await expect(readAll(forgePth(dictionary(call)))).rejects.toMatchObject(refusal);
  const stacked = join([text(module), text(name), [0x93], tuple(text("touch pwned")), "R"]);
  await expect(readAll(forgePth(dictionary(stacked)))).rejects.toMatchObject(refusal);
  await expect(readAll(legacy(dictionary(call)))).rejects.toMatchObject(refusal);
});

/** The five pickles of an old file, and storage "0". */
function legacy(pickle: Uint8Array, { count = 6, bytes = new Uint8Array(24) } = {}): Uint8Array {
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const keys = join([[0x80, 2], "]", text("0"), "a."]);
  return join([
    magic,
    [0x80, 2],
    "M",
    [0xe9, 3],
    ".",
    [0x80, 2],
    "}.",
    pickle,
    keys,
    u32(count),
    u32(0),
    bytes,
  ]);
}

test("the forge makes a legacy file that opens", async () => {
  expect(await readAll(legacy(dictionary(good)))).toBe(24);
});

test("settings beside the tensors are read past; what they hold is neither run nor kept", async () => {
  const namespace = join([global("argparse", "Namespace"), ")", [0x81], "}", text("lr"), whole(1), "sb"]);
  const number = join([
    global("numpy.core.multiarray", "scalar"),
    tuple(join([global("numpy", "dtype"), tuple(text("f8")), "R"]), text("bytes")),
    "R",
  ]);
  const checkpoint = join([
    [0x80, 2],
    "}(",
    text("args"),
    namespace,
    text("best_acc1"),
    tensor({ dims: [1], strides: [1] }),
    text("acc"),
    number,
    text("state_dict"),
    join(["}(", text("a"), good, text("b"), good, "u"]),
    "u.",
  ]);
  expect(await readAll(forgePth(checkpoint))).toBe(48);
  expect(await readAll(legacy(checkpoint))).toBe(48);
});

test("a small tensor in a deflated storage of gigabytes is refused before it is inflated", async () => {
  const many = 64 * 2 ** 20;
  const archive = forgeZip([
    { name: "x/data.pkl", bytes: dictionary(tensor({ dims: [6], strides: [1], length: many / 2 })) },
    { name: "x/data/0", bytes: deflateRawSync(new Uint8Array(2 * many)), sizeBytes: 2 * many, method: 8 },
  ]);
  await expect(readAll(archive)).rejects.toThrow(/deflated bytes for a tensor of 24/);
});

test("an archive of more entries than any network has tensors is refused", async () => {
  const end = join([u32(0x06054b50), new Uint8Array(8), u32(0), u32(0), [0, 0]]);
  const wide = new Uint8Array(56 + 20);
  const view = new DataView(wide.buffer);
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(32, 1_000_000n, true);
  view.setBigUint64(40, 46_000_000n, true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, 60n, true);
  const head = join([u32(0x04034b50), new Uint8Array(56)]);
  await expect(readAll(join([head, wide, end]))).rejects.toThrow(/at most 65536 entries/);
});

test.each([
  ["INST", join(["(", text("touch pwned"), "iposix\nsystem\n"])],
  ["OBJ", join(["(", global("collections", "OrderedDict"), "o"])],
  ["NEWOBJ", join([global("collections", "OrderedDict"), ")", [0x81]])],
  ["EXT1", join([[0x82, 1]])],
  ["PERSID", join(["P0\n"])],
  ["a call of text", join([text("os.system"), tuple(text("touch pwned")), "R"])],
  ["a call of a storage class", join([global("torch", "FloatStorage"), tuple(whole(1)), "R"])],
  ["a persistent reference to nothing", join([tuple(text("module"), text("x")), "Q"])],
  ["BUILD on a tensor", join([good, "}b"])],
  ["an integer of 200 bytes", join([[0x8a, 200], new Uint8Array(200).fill(1)])],
  ["an empty stack", join(["0000"])],
  ["a memo never set", join(["h", [9]])],
  ["text that runs past the end", join(["X", u32(0xffffffff), "a"])],
  ["text that is no UTF-8", join(["X", u32(1), [0xff]])],
])("a pickle with %s is refused", async (_, value) => {
  await expect(readAll(forgePth(dictionary(value)))).rejects.toMatchObject({ code: "E_PICKLE" });
});

test.each([
  ["past its storage", { dims: [2, 4], strides: [4, 1] }],
  ["from an offset past its storage", { offset: 1, dims: [2, 3], strides: [3, 1] }],
  ["with strides past its storage", { dims: [2, 3], strides: [4, 1] }],
  ["with a negative offset", { offset: -1, dims: [2, 3], strides: [3, 1] }],
  ["with a negative stride", { offset: 5, dims: [2, 3], strides: [-3, -1] }],
  ["with a negative size", { dims: [-2, -3], strides: [3, 1] }],
  ["that repeats one element 2^60 times", { dims: [2 ** 30, 2 ** 30], strides: [0, 0] }],
  ["of 9 dimensions", { dims: [1, 1, 1, 1, 1, 1, 1, 2, 3], strides: [6, 6, 6, 6, 6, 6, 6, 3, 1] }],
  ["with fewer strides than dimensions", { dims: [2, 3], strides: [1] }],
])("a tensor %s is refused", async (_, layout) => {
  await expect(readAll(forgePth(dictionary(tensor(layout))))).rejects.toMatchObject({ code: "E_PICKLE" });
  await expect(readAll(legacy(dictionary(tensor(layout))))).rejects.toMatchObject({ code: "E_PICKLE" });
});

test("a storage that is longer or shorter than the pickle says is refused", async () => {
  const long = { dims: [2, 3], strides: [3, 1], length: 2 ** 30 };
  await expect(readAll(forgePth(dictionary(tensor(long))))).rejects.toMatchObject({ code: "E_WEIGHTS" });
  await expect(readAll(legacy(dictionary(tensor(long)), { count: 2 ** 30 }))).rejects.toMatchObject({
    code: "E_WEIGHTS",
  });
  await expect(readAll(legacy(dictionary(good), { count: 5 }))).rejects.toMatchObject({ code: "E_WEIGHTS" });
  await expect(readAll(legacy(dictionary(good), { bytes: new Uint8Array(25) }))).rejects.toMatchObject({
    code: "E_WEIGHTS",
  });
  await expect(readAll(forgePth(dictionary(good), new Uint8Array(20)))).rejects.toMatchObject({
    code: "E_WEIGHTS",
  });
});

const pickle = dictionary(good);
const zeros = new Uint8Array(64 * 2 ** 20);

test.each([
  [
    "a bomb that claims its true size",
    { bytes: deflateRawSync(zeros), sizeBytes: zeros.length, method: 8 },
    "E_ZIP",
  ],
  [
    "a bomb that claims a small size",
    { bytes: deflateRawSync(zeros), sizeBytes: pickle.length, method: 8 },
    "E_ZIP",
  ],
  [
    "a claim beyond what deflate can do",
    { bytes: deflateRawSync(pickle), sizeBytes: 2 ** 31, method: 8 },
    "E_ZIP",
  ],
  ["a wrong checksum", { bytes: pickle, crc: 1 }, "E_ZIP"],
  ["another method", { bytes: pickle, method: 12 }, "E_ZIP"],
  ["encryption", { bytes: pickle, flags: 1 }, "E_ZIP"],
  ["a stored size that lies", { bytes: pickle, sizeBytes: pickle.length + 1 }, "E_ZIP"],
  ["a header past the entries", { bytes: pickle, offset: 10_000 }, "E_ZIP"],
])("an archive with %s is refused, in bounded memory", async (_, entry, code) => {
  const before = process.memoryUsage().rss;
  await expect(readAll(forgeZip([{ name: "x/data.pkl", ...entry }]))).rejects.toMatchObject({ code });
  expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
});

test("an archive whose entries overlap, or that names one twice, is refused", async () => {
  const first = { name: "x/data.pkl", bytes: pickle };
  const overlapping = forgeZip([first, { name: "x/data/0", bytes: pickle, offset: 0 }]);
  await expect(readAll(overlapping)).rejects.toThrow(/overlaps/);
  await expect(readAll(forgeZip([first, first]))).rejects.toThrow(/there twice/);
});

test("a deflated entry of a size that fits is read", async () => {
  const storage = new Uint8Array(24);
  const archive = forgeZip([
    { name: "x/data.pkl", bytes: pickle },
    { name: "x/data/0", bytes: deflateRawSync(storage), sizeBytes: 24, method: 8, crc: crc32(storage) },
  ]);
  expect(await readAll(archive)).toBe(24);
});

test("a TorchScript program is refused", async () => {
  const archive = forgeZip([
    { name: "x/data.pkl", bytes: pickle },
    { name: "x/code/__torch__.py", bytes: pickle },
  ]);
  await expect(readAll(archive)).rejects.toThrow(/TorchScript/);
});

function safetensors(header: string, dataBytes: number, claimed = header.length): Uint8Array {
  return join([
    u32(claimed % 2 ** 32),
    u32(Math.floor(claimed / 2 ** 32)),
    header,
    new Uint8Array(dataBytes),
  ]);
}

test.each([
  ["a header longer than the file", safetensors("{}", 0, 2 ** 40)],
  ["a header length past 2^53", join([u32(0xffffffff), u32(0xffffffff), "{}"])],
  ["tensors that overlap", safetensors(entryPair([0, 8], [4, 12]), 12)],
  ["a gap between tensors", safetensors(entryPair([0, 8], [12, 20]), 20)],
  ["a tensor past the end", safetensors(entryPair([0, 8], [8, 16]), 12)],
  [
    "a shape that its bytes do not fit",
    safetensors('{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', 8),
  ],
  ["a negative dimension", safetensors('{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}', 8)],
  [
    "dimensions whose product overflows",
    safetensors(`{"a":{"dtype":"F32","shape":[${2 ** 52},4096],"data_offsets":[0,8]}}`, 8),
  ],
  ["an unknown type", safetensors('{"a":{"dtype":"toString","shape":[2],"data_offsets":[0,8]}}', 8)],
  ["a header that is no JSON", safetensors("{nope}", 8)],
])("safetensors with %s are refused", async (_, bytes) => {
  await expect(readAll(bytes, "attack.safetensors")).rejects.toMatchObject({ code: "E_SAFETENSORS" });
});

function entryPair(a: readonly [number, number], b: readonly [number, number]): string {
  const entry = (offsets: readonly number[]): object => ({ dtype: "F32", shape: [2], data_offsets: offsets });
  return JSON.stringify({ a: entry(a), b: entry(b) });
}

const samples: readonly (readonly [string, Uint8Array])[] = [
  ["a.pth", readFileSync("test/reference/pth/state.zip.pth")],
  ["b.pth", readFileSync("test/reference/pth/checkpoint.legacy.pth")],
  [
    "c.safetensors",
    encodeSafetensors(new Map([["w", { type: "float32", dims: [2, 3], bytes: new Uint8Array(24) }]])),
  ],
];

/** Read, or refused with one of our codes: nothing else may happen. */
async function survives(bytes: Uint8Array, name: string): Promise<void> {
  const error = await readAll(bytes, name).catch((caught: unknown) => caught);
  if (typeof error === "number") return;
  if (!(error instanceof RootstockError)) throw error;
  expect([
    "E_PICKLE",
    "E_PICKLE_GLOBAL",
    "E_ZIP",
    "E_WEIGHTS",
    "E_SAFETENSORS",
    "E_FILE",
    "E_SHAPE",
  ]).toContain(error.code);
}

test.each(samples)("%s cut at every length is refused, never read", async (name, bytes) => {
  for (let length = 0; length < bytes.length; length += 1) {
    const error = await readAll(bytes.subarray(0, length), name).catch((caught: unknown) => caught);
    expect(error, `cut at ${length}`).toBeInstanceOf(RootstockError);
  }
});

// ROOTSTOCK_FUZZ_RUNS=10000 for the long run; each run is one mutated file, opened and read whole
const runs = Number(process.env["ROOTSTOCK_FUZZ_RUNS"] ?? 2000);

test(
  `${runs} mutated files: each is read or refused, none crashes or hangs`,
  { timeout: 600_000 },
  async () => {
    const mutation = fc.record({
      sample: fc.nat(samples.length - 1),
      edits: fc.array(fc.record({ at: fc.nat(20_000), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 }),
      cut: fc.option(fc.nat(20_000), { freq: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ sample, edits, cut }) => {
        const [name, bytes] = samples[sample]!;
        const mutated = Uint8Array.from(bytes);
        for (const { at, byte } of edits) mutated[at % mutated.length] = byte;
        await survives(cut === null ? mutated : mutated.subarray(0, cut % mutated.length), name);
      }),
      { numRuns: runs, seed: 6 },
    );
  },
);
