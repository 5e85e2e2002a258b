import { expect, test } from "vitest";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const tensor: StoredTensor = {
  type: "float32",
  dims: [2, 1],
  bytes: Uint8Array.from([0, 0, 128, 63, 0, 0, 0, 64]),
};
const file = encodeSafetensors(new Map([["x", tensor]]), new Map([["made by", "test"]]));

function withHeader(header: unknown, data = new Uint8Array(8)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(data, 8 + json.length);
  return out;
}

test("what is written is read again, data aligned to 8 bytes", () => {
  const { tensors, metadata } = decodeSafetensors(file);
  expect(tensors.get("x")).toEqual(tensor);
  expect(metadata.get("made by")).toBe("test");
  expect(tensors.get("x")!.bytes.byteOffset % 8).toBe(0);
});

test("every truncation is refused", () => {
  for (let length = 0; length < file.length; length += 1)
    expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(
      expect.objectContaining({ code: "E_SAFETENSORS" }),
    );
});

test.each(["F8_E4M3", "F8_E5M2", "F4", "U16", "U32", "U64", "C64"])(
  "a tensor of %s is said to be of a type that is not read, and not to be damaged",
  (dtype) => {
    const opening = (): unknown => decodeSafetensors(withHeader({ x: { ...entry, dtype } }));
    expect(opening).toThrow(
      expect.objectContaining({
        code: "E_SAFETENSORS",
        message: expect.stringContaining(`got ${dtype}, a type of the format`),
        hint: expect.not.stringContaining("damaged"),
      }),
    );
  },
);

test("a shape of lists in lists is refused, however deep", () => {
  const deep = `{"x":{"dtype":"F32","shape":${"[".repeat(200_000)}${"]".repeat(200_000)},"data_offsets":[0,8]}}`;
  expect(() => decodeSafetensors(withHeader(deep))).toThrow(
    expect.objectContaining({ code: "E_SAFETENSORS" }),
  );
});

test("a name or a shape as long as the file is cut in the message", () => {
  const long = "n".repeat(100_000);
  const shape = Array.from({ length: 50_000 }, () => 1);
  for (const header of [{ [long]: { ...entry, dtype: "F99" } }, { x: { ...entry, shape: [...shape, 3] } }])
    expect(() => decodeSafetensors(withHeader(header))).toThrow(/^.{20,400}$/);
});

const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
test.each([
  ["a gap between tensors", { x: { ...entry, shape: [1], data_offsets: [4, 8] } }],
  ["an overlap", { x: entry, y: { ...entry, shape: [1], data_offsets: [4, 8] } }],
  ["a run past the end", { x: { ...entry, shape: [4], data_offsets: [0, 16] } }],
  ["a run that does not fit its shape", { x: { ...entry, shape: [3] } }],
  ["a product past 2^53", { x: { ...entry, shape: [2 ** 40, 2 ** 40] } }],
  ["a negative dimension", { x: { ...entry, shape: [-2] } }],
  ["an unknown type", { x: { ...entry, dtype: "F4" } }],
  ["a type from the prototype", { x: { ...entry, dtype: "toString" } }],
  ["bytes that no tensor owns", { x: { ...entry, shape: [1], data_offsets: [0, 4] } }],
  ["metadata that is no text", { __metadata__: { a: 1 }, x: entry }],
  ["a header that is no object", [entry]],
  ["a header that is no JSON", "{"],
])("%s is refused", (_, header) => {
  expect(() => decodeSafetensors(withHeader(header))).toThrow(
    expect.objectContaining({ code: "E_SAFETENSORS" }),
  );
});

test("a header length past the file is refused before anything is allocated", () => {
  const huge = Uint8Array.from(file);
  new DataView(huge.buffer).setBigUint64(0, 2n ** 62n, true);
  expect(() => decodeSafetensors(huge)).toThrow(/claims/);
});
