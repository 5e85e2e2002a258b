/** A kind of file that is no network of ours: what it is and what its owner can do. */
export interface ForeignKind {
  readonly what: string;
  readonly next: string;
  /** Ends of its name, where its bytes do not tell. */
  readonly ends?: readonly string[];
  /** Bytes at a place of the file, as text of one character a byte. */
  readonly magic?: { readonly at?: number; readonly text: string };
  /** A member of a zip archive. */
  readonly member?: RegExp;
}

const toOnnx = "Convert it to ONNX where it was made";
const thenAdd = "then `rootstock backbones add model.onnx`.";
const fromOnnx = "Take the ONNX or PyTorch file that it was made from.";

/**
 * What people hand over in place of a network, told by its bytes first and by its name where bytes do not tell.
 * Source: the formats' own descriptions.
 */
export const foreignKinds: readonly ForeignKind[] = [
  {
    what: "a Keras or other HDF5 file",
    magic: { text: "\x89HDF\r\n\x1a\n" },
    ends: [".h5", ".hdf5"],
    next: `${toOnnx}: \`python -m tf2onnx.convert --keras model.h5 --output model.onnx\`, ${thenAdd}`,
  },
  {
    what: "a Keras 3 model",
    member: /^model\.weights\.h5$/,
    ends: [".keras"],
    next: `${toOnnx}: \`keras.saving.load_model(FILE).export("model.onnx", format="onnx")\`, ${thenAdd}`,
  },
  {
    what: "a TensorFlow Lite model",
    magic: { at: 4, text: "TFL3" },
    ends: [".tflite", ".lite"],
    next: `${toOnnx}: \`python -m tf2onnx.convert --tflite model.tflite --output model.onnx\`, ${thenAdd}`,
  },
  {
    what: "a TensorFlow graph",
    ends: [".pb", ".pbtxt", ".meta", ".index", ".data-00000-of-00001"],
    next: `${toOnnx}: \`python -m tf2onnx.convert --saved-model FOLDER --output model.onnx\`, ${thenAdd}`,
  },
  { what: "a Core ML model", ends: [".mlmodel", ".mlpackage", ".mlmodelc"], next: fromOnnx },
  {
    what: "a TensorRT engine, compiled for one graphics card",
    magic: { text: "ftrt" },
    ends: [".engine", ".trt", ".plan"],
    next: fromOnnx,
  },
  { what: "a TensorRT engine, compiled for one graphics card", magic: { text: "ptrt" }, next: fromOnnx },
  {
    what: "a GGUF file, mostly of a language model",
    magic: { text: "GGUF" },
    ends: [".gguf", ".ggml"],
    next: "Take the .safetensors of an image network.",
  },
  {
    what: "a TorchScript program",
    member: /^[^/]+\/(code\/|constants\.pkl)/,
    ends: [".ptl", ".torchscript"],
    next: "Save its tensors alone: torch.save(torch.jit.load(FILE).state_dict(), OUT); or export it to ONNX with torch.onnx.export.",
  },
  {
    what: "an exported PyTorch program",
    member: /(^|\/)(models\/[^/]+\.json|serialized_exported_program\.json)$/,
    ends: [".pt2"],
    next: "Save the state dict of the network that it was exported from, or export that to ONNX.",
  },
  { what: "an ExecuTorch program", magic: { at: 4, text: "ET12" }, ends: [".pte"], next: fromOnnx },
  { what: "arrays of NumPy", member: /\.npy$/, ends: [".npz"], next: "Save them as .safetensors." },
  {
    what: "an array of NumPy",
    magic: { text: "\x93NUMPY" },
    ends: [".npy"],
    next: "Save all tensors of the network in one .safetensors file.",
  },
  {
    what: "a Python wheel",
    member: /\.dist-info\/WHEEL$/,
    ends: [".whl"],
    next: "Unpack it, and give the weights file that is in it.",
  },
  { what: "an OpenVINO description", magic: { text: "<?xml" }, ends: [".xml"], next: fromOnnx },
  {
    what: "a Paddle model",
    ends: [".pdmodel", ".pdparams", ".pdiparams"],
    next: `${toOnnx} with paddle2onnx, ${thenAdd}`,
  },
  { what: "weights of Darknet", ends: [".weights"], next: `${toOnnx}, ${thenAdd}` },
  { what: "a Caffe model", ends: [".caffemodel", ".prototxt"], next: `${toOnnx}, ${thenAdd}` },
  { what: "weights of MXNet", ends: [".params"], next: `${toOnnx}, ${thenAdd}` },
  {
    what: "weights of Flax",
    ends: [".msgpack"],
    next: "Save them as .safetensors under PyTorch's names, or export the network to ONNX.",
  },
  { what: "a MATLAB file", magic: { text: "MATLAB " }, ends: [".mat"], next: `${toOnnx}, ${thenAdd}` },
  {
    what: "a Git LFS pointer, which stands for a file that was not fetched",
    magic: { text: "version https://git-lfs" },
    next: "Run `git lfs pull` in its repository.",
  },
  ...["<!DOCTYPE", "<!doctype", "<html", "<HTML"].map((text) => ({
    what: "a web page",
    magic: { text },
    next: "A download that failed often leaves a page in the file's place: fetch it again.",
  })),
  ...['{"', "{\n", "{\r", "{ ", "[{", "[\n"].map((text) => ({
    what: "text in JSON",
    magic: { text },
    ends: [".json"],
    next: "It describes a network and holds no weights: give the file of its weights.",
  })),
  {
    what: "a pickle, but not of torch.save",
    ends: [".pkl", ".pickle", ".joblib"],
    next: "Open it where it was made and save the network's tensors alone: torch.save(model.state_dict(), FILE), or safetensors.",
  },
  {
    what: "a compressed archive",
    magic: { text: "\x1f\x8b" },
    ends: [".gz", ".tgz"],
    next: "Unpack it, and give the weights file that is in it.",
  },
  ...["7z\xbc\xaf", "Rar!", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "BZh"].map((text) => ({
    what: "a compressed archive",
    magic: { text },
    next: "Unpack it, and give the weights file that is in it.",
  })),
  {
    what: "a tar archive",
    magic: { at: 257, text: "ustar" },
    ends: [".tar"],
    next: "Unpack it, and give the weights file that is in it. PyTorch before 0.2 wrote tar archives too: load and save such a file in a later one.",
  },
  ...["\xff\xd8\xff", "\x89PNG", "GIF8", "RIFF", "II*\0", "MM\0*"].map((text) => ({
    what: "a picture",
    magic: { text },
    next: "A backbone is a file of a network. Photos are what the command works on: they come first.",
  })),
];
