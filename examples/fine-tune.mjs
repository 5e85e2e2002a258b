// A pretrained network with new fully connected layers, its last part trained again on your photos.
// node examples/fine-tune.mjs photos network.onnx [.pth, .safetensors, or a name that `backbones pull` has fetched]
import { fineTune } from "rootstock";

const [photos = "photos", network = "alexnet"] = process.argv.slice(2);
const run = fineTune(photos, {
  backbones: [network],
  head: [64], // AlexNet's own would be [4096, 4096]; [] is a linear head
  dropout: 0.5,
  epochs: 3,
  out: "fine-tuned",
});

for await (const { type, values, stage } of run)
  if (type === "metric" && values.epoch > 0 && stage === "fine-tune")
    console.error(`epoch ${values.epoch}: validation loss ${values.validationLoss.toFixed(3)}`);

const { training, classes } = await run.result;
console.log(`${classes.length} classes`); //> 5 classes
console.log(`trained for ${training.epochs} epochs, then once more on all photos: ${training.isRefitted}`);
