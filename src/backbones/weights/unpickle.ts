import { type MachineOptions, PickleMachine } from "./pickle-machine.ts";
import { type PickleValue, pickleFault } from "./pickle-value.ts";
import { callGlobal, createInert, findGlobal } from "./torch-globals.ts";

/**
 * Reads one pickle as data. A pickle is a program for a small stack machine; this machine knows the instructions
 * that build numbers, text and containers, and for calls the allow-list of `torch-globals.ts` alone. It imports
 * nothing, calls nothing of the file's choosing, and works once through the bytes within a budget (`pickle-budget.ts`).
 * Throws E_PICKLE_GLOBAL for a name off the list, E_PICKLE for anything else it does not know or that costs too much.
 * Source: the comments of Python's pickletools module. Returns the value and where the next byte after it is.
 */
export function unpickle(
  bytes: Uint8Array,
  options: MachineOptions = {},
): { value: PickleValue; end: number } {
  const machine = new PickleMachine(bytes, options);
  for (;;) {
    machine.budget.spend("instructions");
    const at = machine.position;
    const code = machine.byte();
    if (code === stop) return { value: machine.pop(), end: machine.position };
    const run = instructions.get(code);
    if (!run)
      throw pickleFault(`instruction 0x${code.toString(16)} at byte ${at}, which no weights file needs`);
    run(machine);
  }
}

const stop = 0x2e;
/** Longest integer in bytes; sizes and counters need eight. */
const longestInteger = 16;

function setItems(m: PickleMachine, items: readonly PickleValue[]): void {
  const target = m.top();
  m.budget.spend("members", items.length);
  if (!(target instanceof Map) || items.length % 2 !== 0)
    throw pickleFault("items set on something that is no dictionary");
  for (let i = 0; i < items.length; i += 2) target.set(items[i]!, items[i + 1]!);
}

function append(m: PickleMachine, items: readonly PickleValue[]): void {
  const target = m.top();
  m.budget.spend("members", items.length);
  if (!Array.isArray(target)) throw pickleFault("items appended to something that is no list");
  for (const item of items) target.push(item);
}

function remember(machine: PickleMachine, place: number): void {
  machine.memo.set(place, machine.top());
  machine.budget.hold("memo entries", machine.memo.size);
}

function recall(machine: PickleMachine, place: number): void {
  const value = machine.memo.get(place);
  if (value === undefined) throw pickleFault(`memo ${place} was never set`);
  machine.push(value);
}

/** Two's complement, little-endian. */
function integer(bytes: Uint8Array): number | bigint {
  if (bytes.length > longestInteger) throw pickleFault(`an integer of ${bytes.length} bytes`);
  const value = BigInt.asIntN(
    bytes.length * 8,
    bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function tuple(machine: PickleMachine, length: number): void {
  const items = Array.from({ length }, () => machine.pop());
  machine.push(items.toReversed());
}

function float(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, false);
}

/** By opcode; the names are Python's. */
const instructions = new Map<number, (m: PickleMachine) => void>([
  [0x80, (m) => void m.byte()], // PROTO
  [0x95, (m) => void m.take(8)], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.unsigned(1))], // BININT1
  [0x4d, (m) => m.push(m.unsigned(2))], // BININT2
  [0x4a, (m) => m.push(m.unsigned(4) | 0)], // BININT
  [0x8a, (m) => m.push(integer(m.take(m.unsigned(1))))], // LONG1
  [0x8b, (m) => m.push(integer(m.take(m.unsigned(4))))], // LONG4
  [0x47, (m) => m.push(float(m.take(8)))], // BINFLOAT
  [0x58, (m) => m.push(m.text(m.unsigned(4)))], // BINUNICODE
  [0x8c, (m) => m.push(m.text(m.unsigned(1)))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.text(m.unsigned(8)))], // BINUNICODE8
  [0x54, (m) => m.push(m.take(m.unsigned(4)))], // BINSTRING
  [0x55, (m) => m.push(m.take(m.unsigned(1)))], // SHORT_BINSTRING
  [0x42, (m) => m.push(m.take(m.unsigned(4)))], // BINBYTES
  [0x43, (m) => m.push(m.take(m.unsigned(1)))], // SHORT_BINBYTES
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [0x61, (m) => append(m, [m.pop()])], // APPEND
  [0x65, (m) => append(m, m.popToMark())], // APPENDS
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, (m) => tuple(m, 1)], // TUPLE1
  [0x86, (m) => tuple(m, 2)], // TUPLE2
  [0x87, (m) => tuple(m, 3)], // TUPLE3
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => setItem(m)], // SETITEM
  [0x75, (m) => setItems(m, m.popToMark())], // SETITEMS
  [0x71, (m) => remember(m, m.unsigned(1))], // BINPUT
  [0x72, (m) => remember(m, m.unsigned(4))], // LONG_BINPUT
  [0x94, (m) => remember(m, m.memo.size)], // MEMOIZE
  [0x68, (m) => recall(m, m.unsigned(1))], // BINGET
  [0x6a, (m) => recall(m, m.unsigned(4))], // LONG_BINGET
  [0x63, (m) => m.push(findGlobal(m.line(), m.line()))], // GLOBAL
  [0x93, (m) => stackGlobal(m)], // STACK_GLOBAL
  [0x51, (m) => m.push(m.storage(m.pop()))], // BINPERSID
  [0x52, (m) => reduce(m)], // REDUCE
  [0x81, (m) => newObject(m)], // NEWOBJ
  [0x62, (m) => build(m)], // BUILD
]);

function setItem(m: PickleMachine): void {
  const value = m.pop();
  const key = m.pop();
  setItems(m, [key, value]);
}

function stackGlobal(m: PickleMachine): void {
  const name = m.pop();
  const module = m.pop();
  if (typeof name !== "string" || typeof module !== "string") throw pickleFault("a name that is no text");
  m.push(findGlobal(module, name));
}

function reduce(m: PickleMachine): void {
  const items = m.pop();
  m.push(callGlobal(m.pop(), items, m.budget));
}

/** An object made without its constructor: settings that training scripts leave beside the tensors, and nothing else. */
function newObject(m: PickleMachine): void {
  m.pop();
  m.push(createInert(m.pop()));
}

/** Attributes of a container, such as a state dict's `_metadata`: nothing of ours, so they are dropped. */
function build(m: PickleMachine): void {
  m.pop();
  if (!(m.top() instanceof Map)) throw pickleFault("attributes set on something that is no dictionary");
}
