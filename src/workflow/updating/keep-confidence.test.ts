import { expect, test } from "vitest";
import { createMatrix } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { temperatureAsConfident } from "./keep-confidence.ts";

test("temperatureAsConfident: finds the factor by which scores were sharpened", () => {
  const random = createRandom(3);
  const earlier = createMatrix(50, 4);
  earlier.data.forEach((_, at) => (earlier.data[at] = 2 * random.normal()));
  for (const factor of [0.05, 1, 30]) {
    const sharper = createMatrix(
      50,
      4,
      earlier.data.map((value) => value * factor),
    );
    expect(temperatureAsConfident(sharper, earlier) / factor).toBeCloseTo(1, 4);
  }
});
