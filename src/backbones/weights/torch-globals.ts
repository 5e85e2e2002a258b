import { RootstockError } from "../../base/errors.ts";
import { shortText } from "../../base/short-text.ts";
import { inertGlobals } from "./inert-globals.ts";
import type { PickleBudget } from "./pickle-budget.ts";
import {
  PickleGlobal,
  type PickleValue,
  StorageReference,
  TensorReference,
  pickleFault,
} from "./pickle-value.ts";

/** Storage classes and the element type each holds. */
export const storageTypes: Readonly<Record<string, string>> = {
  "torch FloatStorage": "float32",
  "torch DoubleStorage": "float64",
  "torch HalfStorage": "float16",
  "torch BFloat16Storage": "bfloat16",
  "torch LongStorage": "int64",
  "torch IntStorage": "int32",
  "torch ShortStorage": "int16",
  "torch CharStorage": "int8",
  "torch ByteStorage": "uint8",
  "torch BoolStorage": "bool",
};

/** What the allowed names do when a pickle calls them. Everything else is refused before it can be called. */
const constructors: Readonly<Record<string, (items: PickleValue[], budget: PickleBudget) => PickleValue>> = {
  "collections OrderedDict": orderedDict,
  "torch._utils _rebuild_tensor": rebuildTensor,
  "torch._utils _rebuild_tensor_v2": rebuildTensor,
  "torch._utils _rebuild_parameter": ([tensor]) => requireTensor(tensor),
  "torch Size": ([dims]) => (Array.isArray(dims) ? dims : []),
};

/** A name from the allow-list. Throws E_PICKLE_GLOBAL, naming what the file wanted to reach. */
export function findGlobal(module: string, name: string): PickleGlobal {
  const id = `${module} ${name}`;
  if (Object.hasOwn(constructors, id) || Object.hasOwn(storageTypes, id) || inertGlobals.has(id))
    return new PickleGlobal(id);
  throw new RootstockError(
    "E_PICKLE_GLOBAL",
    `pickle: expected tensors and plain containers, got the name ${JSON.stringify(shortText(`${module}.${name}`))}.`,
    {
      hint: "Nothing was run. If you trust the file, open it in PyTorch and save its state dict alone: torch.save(model.state_dict(), FILE).",
    },
  );
}

/** Calls an allowed constructor. Throws E_PICKLE for anything that cannot be called. */
export function callGlobal(callee: PickleValue, items: PickleValue, budget: PickleBudget): PickleValue {
  if (!(callee instanceof PickleGlobal) || !Array.isArray(items))
    throw pickleFault("a call of something that is no constructor");
  const construct = constructors[callee.name];
  return construct ? construct(items, budget) : createInert(callee);
}

/** What stands for a setting that is read past: an empty dictionary. Throws E_PICKLE for any other name. */
export function createInert(kind: PickleValue): PickleValue {
  if (kind instanceof PickleGlobal && inertGlobals.has(kind.name)) return new Map();
  throw pickleFault("an object of something that is no constructor");
}

/** ("storage", class, key, device, length[, view]): how torch files point at a storage. */
export function findStorage(id: PickleValue | undefined): StorageReference {
  const [tag, kind, key, , length, view] = Array.isArray(id) ? id : [];
  const type = kind instanceof PickleGlobal ? storageTypes[kind.name] : undefined;
  if (tag !== "storage" || type === undefined || typeof key !== "string" || !isCount(length))
    throw pickleFault("a persistent reference that is no storage");
  if (view === undefined || view === null)
    return new StorageReference({ key, type, length, rootLength: length, offset: 0 });
  const [, offset, viewLength] = Array.isArray(view) ? view : [];
  if (!isCount(offset) || !isCount(viewLength) || offset + viewLength > length)
    throw pickleFault(`a view outside storage ${JSON.stringify(shortText(key))}`);
  return new StorageReference({ key, type, length: viewLength, rootLength: length, offset });
}

function orderedDict(items: PickleValue[], budget: PickleBudget): PickleValue {
  const pairs = items[0] ?? [];
  budget.spend("members", Array.isArray(pairs) ? pairs.length : 0);
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw pickleFault("an OrderedDict of something that is no list of pairs");
  return new Map(pairs as [PickleValue, PickleValue][]);
}

/** PyTorch itself allows 64; networks have up to 5. */
const mostDimensions = 8;

/** (storage, offset, size, stride, ...): checked to lie inside its storage, and to be no larger than it. */
function rebuildTensor([storage, offset, dims, strides]: PickleValue[]): TensorReference {
  if (!(storage instanceof StorageReference) || !isCount(offset) || !isCounts(dims) || !isCounts(strides))
    throw pickleFault("a tensor with impossible storage, offset, size or stride");
  if (dims.length !== strides.length)
    throw pickleFault(`a tensor of size [${dims}] with strides [${strides}]`);
  const count = dims.reduce((product, dim) => product * dim, 1);
  const last = dims.reduce((sum, dim, i) => sum + (dim - 1) * strides[i]!, offset);
  if (count > 0 && (last >= storage.length || count > storage.length || !Number.isSafeInteger(last)))
    throw pickleFault(
      `a tensor of size [${dims}], strides [${strides}] from ${offset} outside its storage of ${storage.length}`,
    );
  return new TensorReference(storage, { offset, dims, strides });
}

function requireTensor(value: PickleValue | undefined): TensorReference {
  if (value instanceof TensorReference) return value;
  throw pickleFault("a parameter of something that is no tensor");
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= mostDimensions && value.every(isCount);
}
