import { RootstockError, quoteList } from "../base/errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import { accountFor } from "./account-tensors.ts";
import type { Architecture, ParameterSpec } from "./architectures/architecture.ts";
import { architectureNames, buildArchitecture } from "./architectures/registry.ts";
import type { StoredWeight } from "./weights/weights-file.ts";
import { isCopyPrefix, splitByPrefix, wrapperPrefixes } from "./wrapper-prefixes.ts";

/** An architecture and, for each of its parameters that the file holds, the tensor that carries it. */
export interface ArchitectureMatch {
  readonly architecture: Architecture;
  readonly tensors: ReadonlyMap<string, StoredWeight>;
  /** Tensors of heads of the user's own, by their names in the file: the trunk does without them. */
  readonly leftOut: readonly string[];
}

/**
 * The architecture that a weights file belongs to: every parameter of its trunk (all that the default layer needs)
 * is there in its shape, under whatever modules it was wrapped in, and every other tensor is accounted for
 * (`account-tensors.ts`): ResNet-34 holds all of ResNet-18, and is none. The number of classes is read from the file;
 * a last part that is missing or replaced only shortens the card. With `name`, only that architecture is tried.
 * Throws E_WEIGHTS: which tensors are missing, misshapen or too many.
 */
export function matchArchitecture(
  file: ReadonlyMap<string, StoredWeight>,
  options: { name?: string | undefined } = {},
): ArchitectureMatch {
  const names = options.name === undefined ? architectureNames : [options.name];
  const trials: Trial[] = [];
  for (const name of names) {
    const tried = tryArchitecture(name, file);
    const fitting = tried.find((trial) => faultCount(trial) === 0);
    if (fitting) return fitting.match;
    trials.push(...tried);
  }
  const isNamed = options.name !== undefined;
  const [nearest] = trials
    .filter(({ found, match }) => isNamed || found * 2 >= match.architecture.parameters.length)
    .toSorted((a, b) => faultCount(a) - faultCount(b) || b.found - a.found);
  if (nearest) throw misfit(nearest, isNamed);
  throw new RootstockError(
    "E_WEIGHTS",
    `weights: expected the tensors of a known architecture, got ${quoteList([...file.keys()])}.`,
    { hint: knownOnes },
  );
}

const knownOnes = `Known architectures: ${architectureNames.join(", ")}. Others: export to ONNX and give the .onnx file.`;

interface Trial {
  readonly match: ArchitectureMatch;
  /** What the trunk lacks, or has in another shape. */
  readonly faults: readonly string[];
  /** Names in the file that no rule accounts for. */
  readonly surplus: readonly string[];
  /** Parameters that are there in their shape. */
  readonly found: number;
}

function faultCount({ faults, surplus }: Trial): number {
  return faults.length + surplus.length;
}

/** One trial for each place in the file where such a network may lie; copies are tried last. */
function tryArchitecture(name: string, file: ReadonlyMap<string, StoredWeight>): Trial[] {
  const standard = buildArchitecture(name);
  const spellings = [(id: string) => id, ...standard.dialects];
  const first = standard.parameters[0]!;
  // the first convolution looks at red, green and blue; blocks inside have a "conv1" of many channels
  const stems = [...file].filter(
    ([, { dims }]) => dims.length === first.dims.length && dims[1] === first.dims[1],
  );
  const prefixes = wrapperPrefixes(
    stems.map(([id]) => id),
    (rest) => spellings.some((rename) => rename(rest) === first.name),
  );
  const places = (prefixes.length === 0 ? [""] : prefixes).map((prefix) => {
    const copies = prefixes.filter((other) => isCopyPrefix(other, prefix));
    const { under, outside } = splitByPrefix(file, prefix, copies);
    return { ...bestSpelling(under, spellings, standard.parameters), prefix, outside, copies };
  });
  // any block has a first convolution too, and is hardly a network: the places that hold the most are looked at
  const most = Math.max(...places.map(({ found }) => found));
  const trunk = trunkParameters(standard);
  return places
    .filter(({ found }) => found * 2 >= most)
    .map((place) => judge(withClassesOf(standard, place.tensors), place, trunk));
}

interface Place {
  readonly prefix: string;
  /** Under the network's names. */
  readonly tensors: ReadonlyMap<string, StoredWeight>;
  /** The file's other tensors, under the file's names. */
  readonly outside: readonly string[];
  /** Prefixes of averaged or lagging networks among them. */
  readonly copies: readonly string[];
}

function bestSpelling(
  under: ReadonlyMap<string, StoredWeight>,
  spellings: readonly ((name: string) => string)[],
  parameters: readonly ParameterSpec[],
): { readonly tensors: ReadonlyMap<string, StoredWeight>; readonly found: number } {
  const tried = spellings.map((rename) => {
    const tensors = new Map([...under].map(([id, weight]) => [rename(id), weight]));
    return { tensors, found: parameters.filter(({ name }) => tensors.has(name)).length };
  });
  return tried.reduce((a, b) => (b.found > a.found ? b : a));
}

function judge(
  architecture: Architecture,
  { tensors, prefix, outside, copies }: Place,
  trunk: ReadonlySet<string>,
): Trial {
  const misfits = architecture.parameters.filter((spec) => !isFitting(spec, tensors.get(spec.name)));
  const inFile = (name: string): string => tensors.get(name)?.name ?? name;
  const { heads, unknown } = accountFor(
    architecture,
    { own: tensors.keys(), outside, prefix },
    { trunk, isCopy: (name) => copies.some((prefix) => name.startsWith(prefix)) },
  );
  const replaced = misfits.map(({ name }) => name).filter((name) => !trunk.has(name) && tensors.has(name));
  const kept = new Map([...tensors].filter(([name]) => !replaced.includes(name)));
  return {
    match: { architecture, tensors: kept, leftOut: [...heads, ...replaced].map(inFile) },
    faults: misfits
      .filter(({ name }) => trunk.has(name))
      .map((spec) => faultOf(spec, tensors.get(spec.name))),
    surplus: unknown.map(inFile),
    found: architecture.parameters.length - misfits.length,
  };
}

/** The last bias says how many classes the weights were trained for. */
function withClassesOf(architecture: Architecture, tensors: ReadonlyMap<string, StoredWeight>): Architecture {
  const last = architecture.parameters.at(-1)!;
  const classes = tensors.get(last.name)?.dims[0];
  if (classes === undefined || classes === 0 || classes === last.dims[0]) return architecture;
  return buildArchitecture(architecture.name, { classes });
}

function faultOf({ name, dims }: ParameterSpec, weight: StoredWeight | undefined): string {
  return weight ? `${name}: expected [${dims}], got [${weight.dims}]` : `${name} is missing`;
}

/** The same shape, or the same weights kept as a convolution over the whole map in place of a fully connected layer. */
function isFitting({ dims: wanted }: ParameterSpec, weight: StoredWeight | undefined): boolean {
  const got = weight?.dims;
  if (got === undefined) return false;
  if (wanted.length === got.length) return wanted.every((dim, i) => dim === got[i]);
  return wanted.length === 2 && got.length === 4 && wanted[0] === got[0] && sizeOf(wanted) === sizeOf(got);
}

function trunkParameters({ card, parameters, graph }: Architecture): Set<string> {
  const layer = card.layers.find(({ name }) => name === card.defaultLayer)!;
  const names = new Set(parameters.map(({ name }) => name));
  return new Set([...valuesBehind(graph, layer.value)].filter((value) => names.has(value)));
}

/** Every value that `value` is computed from, itself included. */
export function valuesBehind(graph: Architecture["graph"], value: string): Set<string> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const seen = new Set<string>();
  const pending = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...(producers.get(next)?.inputs ?? []));
  }
  return seen;
}

function misfit({ match, faults, surplus }: Trial, isNamed: boolean): RootstockError {
  const shown = faults.slice(0, 5).join("; ") + (faults.length > 5 ? `; and ${faults.length - 5} more` : "");
  const { name } = match.architecture;
  const extra = surplus.length === 0 ? "" : `the file also has ${quoteList(surplus)}, which ${name} has not`;
  return new RootstockError(
    "E_WEIGHTS",
    `weights for ${name}: ${[shown, extra].filter((part) => part !== "").join("; ")}.`,
    {
      hint: isNamed
        ? "The file belongs to another network. Leave the architecture out to have it found by the tensors' names."
        : `The file belongs to another network. ${knownOnes}`,
    },
  );
}
