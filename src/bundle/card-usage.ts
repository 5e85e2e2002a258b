import { readFile } from "node:fs/promises";

/** What a caller must do to a photo before the model sees it: the same in every language. */
export const pixelContract: readonly string[] = [
  "`onnx/model.onnx` takes `pixel_values` [N, 3, H, W]: sRGB from 0 to 255 as float32, planes of red, green and blue, any size.",
  "It resizes, crops and normalises by itself and gives `logits` [N, K]; their softmax is the probability. What it was",
  "trained on was decoded so, and what it is asked must be too:",
  "",
  "1. **Upright.** The EXIF orientation is applied, where there is none that of a PNG's raw profile or of XMP. Left out, a",
  "   photo from a phone lies on its side, and probabilities move by tenths.",
  "2. **sRGB.** An embedded colour profile is converted to sRGB (perceptual intent); without one, sRGB is assumed. CMYK",
  "   goes through its embedded profile, else through a common print profile. A PNG's gamma chunk is ignored.",
  "3. **8 bits.** Of 16 bits a channel the upper byte is kept (value >> 8, no rounding), colours first converted where there",
  "   is a profile; the profile of a 16-bit grey picture is not used. Floats from 0 to 1 (TIFF) are taken times 255. Grey",
  "   becomes three equal channels.",
  "4. **On white.** Transparent pixels are laid on white, in sRGB values: alpha x colour + (1 - alpha) x 255, rounded down.",
  "5. **Full size.** Nothing is resized before: the model does that, the same way in every runtime.",
];

/** The folder of files that model folders and their cards are made from. */
const parts = new URL("../../../assets/model-folder/", import.meta.url);

/** `predict.py`, which lies in every model folder: photos named with ONNX Runtime and Pillow alone. */
export async function pythonScript(): Promise<string> {
  return await part("predict.py");
}

/** Lines that run as they stand, for each place that a model goes to; the tests run them. */
export async function usage(): Promise<string[]> {
  return [
    "With rootstock:",
    "",
    ...block("sh", "rootstock predict <this folder> photo.jpg\nrootstock verify <this folder>\n"),
    "In Python, with `predict.py`, which lies in this folder and does all of the above:",
    "",
    ...block("sh", "pip install onnxruntime numpy pillow\npython predict.py photo.jpg\n"),
    "In Node.js, with Transformers.js:",
    "",
    ...block("js", await part("classify.mjs")),
    "**One photo a call.** Transformers.js puts the photos of one call into one tensor without making them equal, and photos of",
    "different sizes end in `RangeError: offset is out of bounds`. The loop above is the way.",
    "",
    "In a web page, with Transformers.js:",
    "",
    ...block("html", await part("transformers.html")),
    "In a web page, with ONNX Runtime alone:",
    "",
    ...block("html", await part("onnxruntime.html")),
  ];
}

async function part(name: string): Promise<string> {
  return await readFile(new URL(name, parts), "utf8");
}

function block(language: string, lines: string): string[] {
  return [`\`\`\`${language}\n${lines}\`\`\``, ""];
}
