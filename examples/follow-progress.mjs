// Long work is an async iterable of events with a result: draw them, forward them, or stop it by its signal.
// node examples/follow-progress.mjs [photos]
import { compare } from "rootstock";

const stop = new AbortController();
const photos = process.argv[2] ?? "samples/flowers";
const run = compare(photos, { recipes: ["lda", "svm-rbf"], signal: stop.signal });

for await (const event of run) {
  if (event.type !== "progress") continue;
  const { stage, done, total, unit } = event;
  if (done === total) console.log(`${stage}: ${total} ${unit}`);
  if (stage === "lda" && done === total) stop.abort(); // enough is known
}
//> check images: 300 images
//> features gabor-bank: 300 images
//> lda: 5 folds

const outcome = await run.result.catch((error) => error);
console.log(outcome.name); //> AbortError
// What was finished is kept: the same call goes on from there.
