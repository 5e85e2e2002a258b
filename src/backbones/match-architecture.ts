import { RootstockError, quoteList } from "../base/errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { Architecture, ParameterSpec } from "./architectures/architecture.ts";
import { architectureNames, buildArchitecture } from "./architectures/registry.ts";
import type { StoredWeight } from "./weights/weights-file.ts";

/** An architecture and, for each of its parameters that the file holds, the tensor that carries it. */
export interface ArchitectureMatch {
  readonly architecture: Architecture;
  readonly tensors: ReadonlyMap<string, StoredWeight>;
}

/**
 * The architecture that a weights file belongs to: every parameter of its trunk (all that the default layer needs)
 * is there in its shape. The number of classes is read from the file; a missing last part only shortens the card.
 * With `name`, only that architecture is tried. Throws E_WEIGHTS: which tensors are missing or misshapen.
 */
export function matchArchitecture(
  file: ReadonlyMap<string, StoredWeight>,
  options: { name?: string | undefined } = {},
): ArchitectureMatch {
  const names = options.name === undefined ? architectureNames : [options.name];
  const trials = names.map((name) => tryArchitecture(name, file));
  const fitting = trials.find(({ faults }) => faults.length === 0);
  if (fitting) return fitting.match;
  const [only] = trials;
  if (trials.length === 1 && only) throw misfit(only);
  throw new RootstockError(
    "E_WEIGHTS",
    `weights: expected the tensors of a known architecture, got ${quoteList([...file.keys()])}.`,
    {
      hint: `Known architectures: ${architectureNames.join(", ")}. Others: export to ONNX and give the .onnx file.`,
    },
  );
}

interface Trial {
  readonly match: ArchitectureMatch;
  readonly faults: readonly string[];
}

function tryArchitecture(name: string, file: ReadonlyMap<string, StoredWeight>): Trial {
  const standard = buildArchitecture(name);
  const spellings = [(id: string) => id, ...standard.dialects];
  const renamed = spellings.map(
    (rename) => new Map([...file].map(([id, weight]) => [rename(id), weight] as const)),
  );
  const found = (tensors: ReadonlyMap<string, StoredWeight>): number =>
    standard.parameters.filter((spec) => tensors.has(spec.name)).length;
  const best = renamed.reduce((a, b) => (found(b) > found(a) ? b : a));
  const architecture = withClassesOf(standard, best);
  const needed = trunkParameters(architecture);
  const faults = architecture.parameters.flatMap((spec) => faultOf(spec, best.get(spec.name), needed));
  return { match: { architecture, tensors: best }, faults };
}

/** The last bias says how many classes the weights were trained for. */
function withClassesOf(architecture: Architecture, tensors: ReadonlyMap<string, StoredWeight>): Architecture {
  const last = architecture.parameters.at(-1)!;
  const classes = tensors.get(last.name)?.dims[0];
  if (classes === undefined || classes === 0 || classes === last.dims[0]) return architecture;
  return buildArchitecture(architecture.name, { classes });
}

function faultOf(
  spec: ParameterSpec,
  weight: StoredWeight | undefined,
  needed: ReadonlySet<string>,
): string[] {
  if (!weight) return needed.has(spec.name) ? [`${spec.name} is missing`] : [];
  return isSameShape(spec.dims, weight.dims)
    ? []
    : [`${spec.name}: expected [${spec.dims}], got [${weight.dims}]`];
}

/** Equal, or the same weights kept as a convolution over the whole map in place of a fully connected layer. */
function isSameShape(wanted: readonly number[], got: readonly number[]): boolean {
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

function misfit({ match, faults }: Trial): RootstockError {
  const shown = faults.slice(0, 5).join("; ");
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return new RootstockError("E_WEIGHTS", `weights for ${match.architecture.name}: ${shown}${rest}.`, {
    hint: "The file belongs to another network. Leave the architecture out to have it found by the tensors' names.",
  });
}
