import { expect, test } from "vitest";
import { layeredBackbone } from "../../test/fixtures/layered-backbone.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import { type Freeze, freezeTo } from "./freeze.ts";

const backbone = layeredBackbone();

function freeze(upTo: string | null, layer = "pool", at = backbone): Freeze {
  return freezeTo(at, resolveLayer(at, layer), upTo);
}

function trained({ unfrozen }: Freeze): string[] {
  return unfrozen.flatMap(({ parameters }) => parameters);
}

test("freezeTo: all but the last quarter of the groups is frozen when nothing is said", () => {
  const freezing = freeze(null);
  expect(freezing.frozen).toEqual(["conv1", "conv2", "conv3"]);
  expect(freezing.boundary?.name).toBe("conv3");
  expect(trained(freezing)).toEqual(["conv4.weight", "conv4.bias"]);
});

test("freezeTo: a named group is the last one frozen, and the mask is what lies behind it", () => {
  const freezing = freeze("conv2");
  expect(freezing.frozen).toEqual(["conv1", "conv2"]);
  expect(freezing.boundary?.name).toBe("conv2");
  expect(trained(freezing)).toEqual(["conv3.weight", "conv3.bias", "conv4.weight", "conv4.bias"]);
});

test("freezeTo: none trains every group, all trains none", () => {
  const none = freeze("none");
  expect([none.boundary, none.frozen, none.unfrozen.length]).toEqual([null, [], 4]);
  const all = freeze("all");
  expect([all.boundary?.name, all.frozen.length, all.unfrozen]).toEqual(["pool", 4, []]);
});

test("freezeTo: groups that the layer does not need are neither frozen nor trained", () => {
  const freezing = freeze(null, "conv2");
  expect(freezing.frozen).toEqual(["conv1"]);
  expect(trained(freezing)).toEqual(["conv2.weight", "conv2.bias"]);
});

test("freezeTo: a network that cannot be trained is frozen whole unless a group is asked for", () => {
  const fixed = layeredBackbone({ isTrainable: false });
  expect(freeze(null, "pool", fixed).unfrozen).toEqual([]);
  expect(freeze("conv3", "pool", fixed).unfrozen.map(({ name }) => name)).toEqual(["conv4"]);
});

test("freezeTo: an unknown group is refused with the groups there are", () => {
  expect(() => freeze("conv9")).toThrow(
    expect.objectContaining({
      code: "E_LAYER",
      message:
        'freeze: expected a parameter group of layered, got "conv9". It has "conv1", "conv2", "conv3", "conv4".',
    }),
  );
});
