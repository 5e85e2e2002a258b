import { expect, test } from "vitest";
import type { Correlation } from "../../src/autodiff/rules/correlation.ts";
import { createExpressions } from "../../src/autodiff/expressions.ts";
import { imageForms, possibleImageForms } from "../../src/autodiff/rules/image-gradients.ts";
import { kernelForms, possibleKernelForms } from "../../src/autodiff/rules/kernel-gradients.ts";
import { createBuilder } from "../../src/graph/build.ts";
import { sizeOf } from "../../src/graph/tensor.ts";
import { evaluate } from "./evaluator.ts";
import { fill } from "./evaluator-values.ts";

// Every way to write a convolution's gradients, not only the one that the shape chooses, gives the same numbers.

interface Case {
  readonly channels: readonly [number, number];
  readonly sides: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly pads?: readonly [number, number, number, number];
  readonly groups?: number;
}

const cases: readonly Case[] = [
  { channels: [3, 4], sides: [6, 5], kernel: [3, 3], pads: [1, 1, 1, 1] },
  { channels: [2, 3], sides: [7, 6], kernel: [3, 2], stride: 2, pads: [1, 0, 0, 1] },
  { channels: [2, 2], sides: [7, 7], kernel: [2, 3], dilation: 2, pads: [0, 2, 1, 2] },
  { channels: [3, 5], sides: [4, 3], kernel: [1, 1] },
  { channels: [3, 3], sides: [5, 6], kernel: [3, 3], pads: [1, 1, 1, 1], groups: 3 },
  { channels: [2, 4], sides: [6, 7], kernel: [3, 3], stride: 2, pads: [1, 1, 1, 1], groups: 2 },
  { channels: [4, 6], sides: [4, 5], kernel: [3, 2], groups: 2, pads: [1, 1, 0, 1] },
  { channels: [2, 2], sides: [3, 60], kernel: [3, 2], dilation: 2, pads: [2, 1, 2, 0], groups: 2 },
  { channels: [2, 4], sides: [4, 65], kernel: [2, 3], stride: 2, pads: [0, 1, 1, 1], groups: 2 },
];

function correlationOf(given: Case): Correlation {
  const { channels, sides, kernel, stride = 1, dilation = 1, pads = [0, 0, 0, 0], groups = 1 } = given;
  const [before, after] = [pads.slice(0, 2), pads.slice(2)];
  const places = sides.map(
    (side, i) => Math.floor((side + before[i]! + after[i]! - dilation * (kernel[i]! - 1) - 1) / stride) + 1,
  );
  return {
    window: { kernel, strides: [stride, stride], dilations: [dilation, dilation], before, after },
    groups,
    large: [2, channels[0], ...sides],
    small: [2, channels[1], ...places],
    kernel: [channels[1], channels[0] / groups, ...kernel],
  };
}

const wave = (dims: readonly number[], phase: number): ReturnType<typeof fill> =>
  fill(dims, (i) => Math.sin(phase + 1.7 * i));

/** A gradient in one form, computed in float64. */
function gradientIn(map: Correlation, of: "kernel" | "large", form: string): readonly number[] {
  const b = createBuilder("form");
  const values = { small: "small", large: "large", kernel: "kernel" };
  for (const name of ["small", "large", "kernel"] as const) b.input(name, "float32", map[name]);
  const forms = of === "kernel" ? kernelForms : imageForms;
  const write = forms[form as keyof typeof forms] as (typeof kernelForms)["pointwise"] &
    (typeof imageForms)["flipped"];
  b.output(write(createExpressions(b), map, values), "gradient", "float32", map[of]);
  const feeds = { small: wave(map.small, 1), large: wave(map.large, 2), kernel: wave(map.kernel, 3) };
  const { dims, data } = evaluate(b.graph(), feeds).get("gradient")!;
  expect(dims).toEqual(map[of]);
  expect(data.length).toBe(sizeOf(map[of]));
  return [...data];
}

for (const given of cases) {
  const map = correlationOf(given);
  const { channels, kernel, stride = 1, groups = 1 } = given;
  const title = `${channels.join(" -> ")}, ${kernel.join(" x ")}, stride ${stride}, ${groups} groups`;
  const choices = [
    { of: "kernel", names: possibleKernelForms(map) },
    { of: "large", names: possibleImageForms(map) },
  ] as const;
  for (const { of, names } of choices.filter((choice) => choice.names.length > 1))
    test(`the gradient in ${of} of ${title}: ${names.join(", ")} agree`, () => {
      const [first, ...others] = names.map((name) => gradientIn(map, of, name));
      for (const other of others) other.forEach((value, i) => expect(value).toBeCloseTo(first![i]!, 10));
    });
}
