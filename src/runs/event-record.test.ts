import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { scalarRecord, versionRecord } from "./event-record.ts";

const reference = "test/reference/tensorboard";

test.each([
  ["32 bytes of 0", Uint8Array.from({ length: 32 }, () => 0), 0x8a9136aa],
  ["32 bytes of 255", Uint8Array.from({ length: 32 }, () => 255), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
])("crc32c: %s, as RFC 3720 and the CRC catalogue have it", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test("event records: byte for byte the file that TensorBoard wrote, and read", async () => {
  const { wallTime, events } = JSON.parse(await readFile(`${reference}/events.json`, "utf8")) as {
    wallTime: number;
    events: { step: number; scalars: Record<string, number> }[];
  };
  const records = [
    versionRecord(wallTime),
    ...events.map((event) => scalarRecord({ wallTime: wallTime + event.step, ...event })),
  ];
  expect(Buffer.concat(records).toString("hex")).toBe(
    (await readFile(`${reference}/events.out.tfevents.reference`)).toString("hex"),
  );
});
