import test from "node:test";
import { openEngine } from "rootstock";
import { classifierChecks } from "rootstock/testing";
import diagonal from "./diagonal.mjs";
import twoLayers from "./two-layers.mjs";

const engine = await openEngine();
test.after(() => engine.close());
for (const mine of [diagonal, twoLayers])
  for (const { name, run } of classifierChecks(mine, { engine })) test(name, run);
