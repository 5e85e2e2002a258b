// classify.mjs: npm install @huggingface/transformers@4.3.1 sharp
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
}
