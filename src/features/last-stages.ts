import type { CardLayer } from "../backbones/card.ts";

/**
 * The names of `last` and of the layers that end the stages before it, first to last; a stage is a run of layers of one size.
 * The mean of an early stage tells textures and colours, which the last one has turned into objects.
 */
export function lastStages(layers: readonly CardLayer[], last: CardLayer, stages: number): readonly string[] {
  const before = layers.slice(
    0,
    Math.max(
      0,
      layers.findIndex(({ name }) => name === last.name),
    ),
  );
  const names = [last.name];
  let size = sizeOfMap(last);
  for (const layer of before.toReversed()) {
    if (names.length >= stages) break;
    if (layer.shape.length !== 3 || sizeOfMap(layer) <= size) continue;
    size = sizeOfMap(layer);
    names.unshift(layer.name);
  }
  return names;
}

/** Pixels of a map [C, h, w]; a vector has one. */
function sizeOfMap({ shape }: CardLayer): number {
  return shape.length === 3 ? shape[1]! * shape[2]! : 1;
}
