import { RootstockError } from "../../base/errors.ts";
import { shortText } from "../../base/short-text.ts";

/** A run of bytes that tensors view, as a pickle refers to it: nothing is read yet. */
export class StorageReference {
  readonly key: string;
  readonly type: string;
  /** Elements. */
  readonly length: number;
  /** Elements of the root storage; the same unless this one views another. */
  readonly rootLength: number;
  /** Where it begins inside its root storage, in elements: legacy files have storages that view others. */
  readonly offset: number;

  constructor(fields: { key: string; type: string; length: number; rootLength: number; offset: number }) {
    this.key = fields.key;
    this.type = fields.type;
    this.length = fields.length;
    this.rootLength = fields.rootLength;
    this.offset = fields.offset;
  }
}

/** A tensor as a pickle describes it. Offset and strides count elements of its storage. */
export class TensorReference {
  readonly storage: StorageReference;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: StorageReference, layout: { offset: number; dims: number[]; strides: number[] }) {
    this.storage = storage;
    this.offset = layout.offset;
    this.dims = layout.dims;
    this.strides = layout.strides;
  }
}

/** A name that a pickle refers to, out of the allow-list; it stands for itself and can do nothing. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a restricted pickle can hold. Tuples and lists are arrays; dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | StorageReference
  | TensorReference;

/** What a value is, in a few words: the contents of a file's own containers are never turned into text. */
export function kindOfValue(value: PickleValue | undefined): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dictionary of ${value.size}`;
  if (value instanceof TensorReference) return "a tensor";
  if (typeof value === "string") return `the text ${JSON.stringify(shortText(value))}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return "a value of another kind";
}

/** The error for a pickle that is damaged or of another kind. */
export function pickleFault(what: string): RootstockError {
  return new RootstockError("E_PICKLE", `pickle: ${what}.`, {
    hint: "The file is damaged, or holds more than tensors. Save the state dict alone: torch.save(model.state_dict(), FILE).",
  });
}
