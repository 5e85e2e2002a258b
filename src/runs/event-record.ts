import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./crc32c.ts";

/** Figures of one step, by tag ("loss/training"). */
export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Fields of TensorFlow's `Event`, `Summary` and `Summary.Value` that are written. */
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const summary = { value: 1 } as const;
const value = { tag: 1, simpleValue: 2 } as const;

/** The record that a TensorBoard event file begins with. */
export function versionRecord(wallTime: number): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(event.wallTime, WireType.Bit64).double(wallTime);
  writer.tag(event.fileVersion, WireType.LengthDelimited).string("brain.Event:2");
  return framed(writer.finish());
}

/** One step's figures as a record of a TensorBoard event file. Source: tensorflow/core/util/event.proto, summary.proto. */
export function scalarRecord({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(event.wallTime, WireType.Bit64).double(wallTime);
  if (step !== 0) writer.tag(event.step, WireType.Varint).int64(step); // as protobuf has it: 0 is what absence means
  writer.tag(event.summary, WireType.LengthDelimited).fork();
  for (const [tag, number] of Object.entries(scalars)) {
    writer.tag(summary.value, WireType.LengthDelimited).fork();
    writer.tag(value.tag, WireType.LengthDelimited).string(tag);
    writer.tag(value.simpleValue, WireType.Bit32).float(number);
    writer.join();
  }
  writer.join();
  return framed(writer.finish());
}

/** TFRecord: length (uint64), its masked CRC-32C, the data, its masked CRC-32C; all little-endian. */
function framed(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
