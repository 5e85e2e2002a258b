import { orderedJson } from "../base/ordered-json.ts";

/**
 * `config.json` and `preprocessor_config.json`, by name, in the form that Transformers.js reads.
 * `model_type` names an architecture of its registry whose inputs and outputs are ours (`pixel_values` -> `logits`);
 * every pixel operation is switched off, because the graph does them itself.
 */
export function transformersConfig(labels: readonly string[]): Record<string, string> {
  const config = {
    model_type: "resnet",
    architectures: ["ResNetForImageClassification"],
    num_labels: labels.length,
    id2label: new Map(labels.map((label, i) => [String(i), label])),
    label2id: new Map(labels.map((label, i) => [label, i])),
    "transformers.js_config": { dtype: "fp32" },
  };
  const preprocessor = {
    image_processor_type: "ViTImageProcessor",
    do_resize: false,
    do_center_crop: false,
    do_rescale: false,
    do_normalize: false,
  };
  return {
    "config.json": `${orderedJson(config, 2)}\n`,
    "preprocessor_config.json": `${orderedJson(preprocessor, 2)}\n`,
  };
}
