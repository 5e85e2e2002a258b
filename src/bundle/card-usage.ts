/** Versions that the lines of the card were tried with. */
export const cardVersions = { transformers: "4.3.1", onnxruntimeWeb: "1.30.0" } as const;

/** What a caller must do to a photo before the model sees it: the same in every language. */
export const pixelContract: readonly string[] = [
  "`onnx/model.onnx` takes `pixel_values` [N, 3, H, W]: sRGB from 0 to 255 as float32, planes of red, green and blue, any size.",
  "It resizes, crops and normalises by itself and gives `logits` [N, K]; their softmax is the probability. What it was",
  "trained on was decoded so, and what it is asked must be too:",
  "",
  "1. **Upright.** The EXIF orientation is applied. Left out, a photo from a phone lies on its side, and probabilities",
  "   move by tenths.",
  "2. **sRGB.** An embedded colour profile is converted to sRGB (perceptual intent); without one, sRGB is assumed. CMYK",
  "   goes through its embedded profile, else through a common print profile. A PNG's gamma chunk is ignored.",
  "3. **8 bits.** Of 16 bits a channel the upper byte is kept (value >> 8, no rounding), colours first converted where there",
  "   is a profile; the profile of a 16-bit grey picture is not used. Grey becomes three equal channels.",
  "4. **On white.** Transparent pixels are laid on white, in sRGB values: alpha x colour + (1 - alpha) x 255.",
  "5. **Full size.** Nothing is resized before: the model does that, the same way in every runtime.",
];

const nodeLines = `// classify.mjs: npm install @huggingface/transformers@${cardVersions.transformers} sharp
// node classify.mjs MODEL_FOLDER PHOTO...
import { resolve } from "node:path";
import { RawImage, env, pipeline } from "@huggingface/transformers";
import sharp from "sharp";

const [folder, ...photos] = process.argv.slice(2);
env.allowRemoteModels = false;
const classify = await pipeline("image-classification", resolve(folder));
for (const photo of photos) {
  const upright = sharp(photo).autoOrient().flatten({ background: "white" }).toColourspace("srgb");
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  const image = new RawImage(data, info.width, info.height, info.channels).rgb();
  console.log(photo, JSON.stringify(await classify(image, { top_k: 3 })));
}`;

const pageStart = `<!doctype html>
<meta charset="utf-8" />
<input id="photo" type="file" accept="image/*" />
<pre id="answer"></pre>
<script type="module">`;

const onWhite = `    const bitmap = await createImageBitmap(photo.files[0]); // upright, in sRGB
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, width, height);
    pen.drawImage(bitmap, 0, 0);`;

const transformersPage = `${pageStart}
  import { RawImage, env, pipeline } from "https://cdn.jsdelivr.net/npm/@huggingface/transformers@${cardVersions.transformers}";
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "./"; // the page lies beside the model folder, which is called "model"
  const classify = await pipeline("image-classification", "model");
  photo.onchange = async () => {
${onWhite}
    const image = RawImage.fromCanvas(canvas).rgb();
    answer.textContent = JSON.stringify(await classify(image, { top_k: 3 }));
  };
</script>`;

const onnxPage = `${pageStart}
  import * as ort from "https://cdn.jsdelivr.net/npm/onnxruntime-web@${cardVersions.onnxruntimeWeb}/dist/ort.wasm.min.mjs";
  const { id2label } = await (await fetch("model/config.json")).json();
  const session = await ort.InferenceSession.create("model/onnx/model.onnx");
  photo.onchange = async () => {
${onWhite}
    const { data } = pen.getImageData(0, 0, width, height);
    const size = width * height;
    const planes = new Float32Array(3 * size);
    for (let i = 0; i < size; i += 1)
      for (let channel = 0; channel < 3; channel += 1) planes[channel * size + i] = data[4 * i + channel];
    const pixels = new ort.Tensor("float32", planes, [1, 3, height, width]);
    const { logits } = await session.run({ pixel_values: pixels });
    const best = Math.max(...logits.data);
    const shares = Array.from(logits.data, (value) => Math.exp(value - best));
    const sum = shares.reduce((a, b) => a + b);
    const scores = shares.map((share, i) => ({ label: id2label[i], score: share / sum }));
    answer.textContent = JSON.stringify(scores.sort((a, b) => b.score - a.score).slice(0, 3));
  };
</script>`;

/** Lines that run as they stand, for each place that a model goes to; the tests run them. */
export const usage: readonly string[] = [
  "With rootstock:",
  "",
  ...block("sh", "rootstock predict <this folder> photo.jpg\nrootstock verify <this folder>"),
  "In Python, with `predict.py`, which lies in this folder and does all of the above:",
  "",
  ...block("sh", "pip install onnxruntime numpy pillow\npython predict.py photo.jpg"),
  "In Node.js, with Transformers.js:",
  "",
  ...block("js", nodeLines),
  "**One photo a call.** Transformers.js puts the photos of one call into one tensor without making them equal, and photos of",
  "different sizes end in `RangeError: offset is out of bounds`. The loop above is the way.",

  "",
  "In a web page, with Transformers.js:",
  "",
  ...block("html", transformersPage),
  "In a web page, with ONNX Runtime alone:",
  "",
  ...block("html", onnxPage),
];

function block(language: string, lines: string): string[] {
  return [`\`\`\`${language}`, lines, "```", ""];
}
