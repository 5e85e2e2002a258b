/** A hand-made filter bank, carried in the package: it has learnt nothing. */
export const handMadeBackbone = "gabor-bank";

/** The pretrained networks that the package carries, by the role that each has. */
export const embeddedNetworks = { alexnet: "alexnet-mini", vgg: "vgg-mini" } as const;

/** Everything that is there without a download. */
export const embeddedBackbones: readonly string[] = [handMadeBackbone, ...Object.values(embeddedNetworks)];

/**
 * What to fetch for a better result than the embedded ones give: its MB, and the accuracy of `svm-rbf` on it beside the best
 * that any classifier reaches on the embedded networks. Both on 1,000 photos of five flowers, 5 folds of seed 42: see
 * bench/RESULTS.md, where `npm run bench -- five-ways` measures them again.
 */
export const betterBackbone = {
  name: "efficientnet_lite0",
  megabytes: 17,
  flowers: 0.914,
  embeddedFlowers: 0.837,
} as const;
