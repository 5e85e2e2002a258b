/**
 * Names that training scripts leave in a checkpoint beside its tensors: options, dates, element types, numbers of
 * NumPy. They are known so that the tensors can be read; each stands for an empty dictionary, and nothing of its
 * contents is kept or run.
 */
export const inertGlobals: ReadonlySet<string> = new Set([
  "argparse Namespace",
  "types SimpleNamespace",
  ...["defaultdict", "Counter", "UserDict"].map((name) => `collections ${name}`),
  // Python's own containers and numbers: pickles of its second version, and of the third
  ...["__builtin__", "builtins"].flatMap((module) =>
    [
      "set",
      "frozenset",
      "list",
      "dict",
      "tuple",
      "int",
      "long",
      "float",
      "bool",
      "str",
      "complex",
      "slice",
    ].map((name) => `${module} ${name}`),
  ),
  ...["pathlib", "pathlib._local"].flatMap((module) =>
    ["Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath"].map(
      (name) => `${module} ${name}`,
    ),
  ),
  ...["datetime", "date", "timedelta"].map((name) => `datetime ${name}`),
  // a number of NumPy, whose bytes older pickles spell as text
  "numpy.core.multiarray scalar",
  "numpy._core.multiarray scalar",
  "numpy dtype",
  "_codecs encode",
  ...["device", "dtype", "layout", "memory_format"].map((name) => `torch ${name}`),
  ...["float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool"].map(
    (name) => `torch ${name}`,
  ),
  // settings of PyTorch Lightning, and the callbacks that its older versions used as names
  "pytorch_lightning.utilities.parsing AttributeDict",
  "lightning_fabric.utilities.data AttributeDict",
  "lightning.fabric.utilities.data AttributeDict",
  "pytorch_lightning.callbacks.model_checkpoint ModelCheckpoint",
  "pytorch_lightning.callbacks.early_stopping EarlyStopping",
  "easydict EasyDict",
  "addict.addict Dict",
  "munch Munch",
  "munch.munch Munch",
  "yacs.config CfgNode",
]);
