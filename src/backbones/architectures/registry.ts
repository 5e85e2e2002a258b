import { RootstockError } from "../../base/errors.ts";
import { suggestWord } from "../../base/nearest-word.ts";
import { alexnet } from "./alexnet.ts";
import { alexnetMini } from "./alexnet-mini.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { efficientnet, efficientnetLite, efficientnetLiteNames, efficientnetNames } from "./efficientnet.ts";
import { googlenet } from "./googlenet.ts";
import { mobilenetV2, mobilenetV3 } from "./mobilenet.ts";
import { resnet, resnetNames } from "./resnet.ts";
import { squeezenet } from "./squeezenet.ts";
import { vgg } from "./vgg.ts";
import { vggMini } from "./vgg-mini.ts";

/** Every architecture by name: a new one is one file and one line here. */
const builders: Readonly<Record<string, (options: ArchitectureOptions) => Architecture>> = {
  alexnet,
  vgg11: (options) => vgg({ ...options, depth: 11 }),
  vgg13: (options) => vgg({ ...options, depth: 13 }),
  vgg16: (options) => vgg({ ...options, depth: 16 }),
  vgg19: (options) => vgg({ ...options, depth: 19 }),
  vgg11_bn: (options) => vgg({ ...options, depth: 11, normalisation: "batch" }),
  vgg13_bn: (options) => vgg({ ...options, depth: 13, normalisation: "batch" }),
  vgg16_bn: (options) => vgg({ ...options, depth: 16, normalisation: "batch" }),
  vgg19_bn: (options) => vgg({ ...options, depth: 19, normalisation: "batch" }),
  ...family(resnetNames, resnet),
  squeezenet1_0: (options) => squeezenet({ ...options, version: "1.0" }),
  squeezenet1_1: (options) => squeezenet({ ...options, version: "1.1" }),
  googlenet,
  mobilenet_v2: mobilenetV2,
  mobilenet_v3_large: (options) => mobilenetV3({ ...options, kind: "large" }),
  mobilenet_v3_small: (options) => mobilenetV3({ ...options, kind: "small" }),
  ...family(efficientnetNames, efficientnet),
  ...family(efficientnetLiteNames, efficientnetLite),
  "alexnet-mini": alexnetMini,
  "vgg-mini": vggMini,
};

/** One line a member: `resnet18: (options) => resnet({ ...options, name: "resnet18" })`. */
function family<Name extends string>(
  names: readonly Name[],
  build: (options: ArchitectureOptions & { readonly name: Name }) => Architecture,
): Record<string, (options: ArchitectureOptions) => Architecture> {
  return Object.fromEntries(names.map((name) => [name, (options) => build({ ...options, name })]));
}

/** Names that `buildArchitecture` knows. */
export const architectureNames: readonly string[] = Object.keys(builders);

/** A network without weights, by name. Throws E_BACKBONE for an unknown one, listing the known. */
export function buildArchitecture(name: string, options: ArchitectureOptions = {}): Architecture {
  const build = Object.hasOwn(builders, name) ? builders[name] : undefined;
  if (!build)
    throw new RootstockError("E_BACKBONE", `architecture "${name}": no such network.`, {
      hint: `${suggestWord(name, architectureNames)}Known ones: ${architectureNames.join(", ")}.`,
    });
  return build(options);
}
