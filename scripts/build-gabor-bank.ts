/**
 * Writes `assets/backbones/gabor-bank.onnx` and its card: `node dist/scripts/build-gabor-bank.js`.
 * The graph is `src/backbones/gabor-bank.ts`; a test holds the file to it.
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Card } from "../src/backbones/card.ts";
import { formatCard } from "../src/backbones/format-card.ts";
import { gaborBank, gaborBankChannels, gaborBankParts } from "../src/backbones/gabor-bank.ts";
import { encodeModel } from "../src/graph/onnx/encode-model.ts";
import { createModel } from "../src/graph/create-model.ts";

const bytes = encodeModel(createModel(gaborBank()));
const card: Card = {
  name: "gabor-bank",
  source: "Rootstock, scripts/build-gabor-bank.ts: computed from formulas, nothing learned",
  sha256: createHash("sha256").update(bytes).digest("hex"),
  licence: "MIT",
  paper:
    "Daugman 1985, J. Opt. Soc. Am. A 2; Bruna and Mallat 2013, Invariant Scattering Convolution Networks, arXiv:1203.1513",
  parameters: 0,
  preprocessing: {
    width: 128,
    height: 128,
    resize: { kind: "shortSide", size: 128 },
    crop: "centre",
    interpolation: "bilinear",
    colour: "rgb",
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  defaultLayer: "features",
  isTrainable: false,
  layers: [
    { name: "energy", value: "energy", shape: [gaborBankParts.energy, 4, 4] },
    { name: "scattering", value: "scattering", shape: [gaborBankParts.scattering, 4, 4] },
    { name: "histogram", value: "histogram", shape: [gaborBankParts.histogram, 4, 4] },
    { name: "moments", value: "moments", shape: [gaborBankParts.moments, 4, 4] },
    { name: "features", value: "features", shape: [gaborBankChannels, 4, 4] },
  ],
  notes:
    "The hand-made baseline: oriented energies, their second order, and colour. No weights were trained.",
};
await writeFile("assets/backbones/gabor-bank.onnx", bytes);
await writeFile("assets/backbones/gabor-bank.card.yaml", await formatCard(card));
