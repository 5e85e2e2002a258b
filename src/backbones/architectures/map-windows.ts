import { RootstockError } from "../../base/errors.ts";
import type { Flow } from "./network.ts";

/** The shape of a map, depth, height, width. Throws E_SHAPE where the flow is a vector. */
export function mapOf(x: Flow, where: string): [number, number, number] {
  const [depth, height, width] = x.shape;
  if (depth === undefined || height === undefined || width === undefined)
    throw new RootstockError("E_SHAPE", `${where}: expected a map [C, H, W], got [${x.shape}].`);
  return [depth, height, width];
}

/** floor((length - kernel) / stride) + 1, of a length that counts the padding. Throws E_OPTION where no window fits. */
export function windowCount(length: number, kernel: number, stride: number, where: string): number {
  if (length < kernel)
    throw new RootstockError(
      "E_OPTION",
      `${where}: expected an input large enough for a ${kernel} x ${kernel} window, got ${length} pixels there.`,
      { hint: "Give the network a larger input size." },
    );
  return Math.floor((length - kernel) / stride) + 1;
}
