/**
 * `config.json` and `preprocessor_config.json` in the form that Transformers.js reads.
 * `model_type` names an architecture of its registry whose inputs and outputs are ours (`pixel_values` -> `logits`);
 * every pixel operation is switched off, because the graph does them itself.
 */
export function transformersConfig(labels: readonly string[]): Record<string, object> {
  const id2label = Object.fromEntries(labels.map((label, i) => [String(i), label]));
  const label2id = Object.fromEntries(labels.map((label, i) => [label, i]));
  return {
    "config.json": {
      model_type: "resnet",
      architectures: ["ResNetForImageClassification"],
      num_labels: labels.length,
      id2label,
      label2id,
      "transformers.js_config": { dtype: "fp32" },
    },
    "preprocessor_config.json": {
      image_processor_type: "ViTImageProcessor",
      do_resize: false,
      do_center_crop: false,
      do_rescale: false,
      do_normalize: false,
    },
  };
}
