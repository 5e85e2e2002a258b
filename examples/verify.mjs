// Is this copy of a model whole, and does it say here what it said where it was made?
// node examples/verify.mjs [photos]
import { readFile, writeFile } from "node:fs/promises";
import { train, verify } from "rootstock";

const photos = process.argv[2] ?? "samples/flowers";
await train(photos, { recipe: "ridge", out: "model" }).result;

const sound = await verify("model").result;
console.log(sound.isMet, `on ${sound.engines.join(" and ")}`); //> true on native and wasm
console.log(sound.golden.every(({ isSameLabel }) => isSameLabel)); //> true

const config = await readFile("model/config.json", "utf8");
await writeFile("model/config.json", config.replace("daisy", "weed"));
const altered = await verify("model").result;
console.log(altered.isMet, altered.faults[0]); //> false config.json: changed (sha256 differs)

await writeFile("model/config.json", config);
