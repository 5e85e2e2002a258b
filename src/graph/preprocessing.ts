/**
 * How a backbone wants its pixels, as data; read from its card and nowhere typed twice.
 * Order of work: resize, crop, colour order, cast to float32, (x * scale - mean) / std per channel, NCHW.
 */
export interface Preprocessing {
  /** Size handed to the network, in pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * `shortSide`: the shorter side becomes this many pixels, the longer `floor(long * size / short)` (torchvision);
   * `exact`: stretched to width x height; `none`: pixels as they come, only cropped.
   */
  readonly resize:
    | { readonly kind: "shortSide"; readonly size: number }
    | { readonly kind: "exact" }
    | { readonly kind: "none" };
  /** `centre` crops to width x height (torchvision's rounding); `none` leaves what resize made. */
  readonly crop: "centre" | "none";
  readonly interpolation: "bilinear" | "bicubic";
  readonly colour: "rgb" | "bgr";
  /** Applied first, to pixels 0 to 255: 1/255 for torchvision, 1 for Caffe. */
  readonly scale: number;
  /** Per channel, in the order of `colour`, after scaling. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}
