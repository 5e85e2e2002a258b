/**
 * Where a network's examples come from: pictures, or what the frozen part of the network makes of them.
 * Rows are those of the data set. What is loaded depends on the row and the epoch alone, never on the order of calls,
 * so that a resumed training sees what the undisturbed one would have seen.
 */
export interface ExampleSource {
  /** Of one example: [C, H, W] or [D]. */
  readonly dims: readonly number[];
  /**
   * Examples one after another. With an epoch they are augmented as that epoch wants them; with null they are the
   * plain ones, for validation and prediction. The array is the caller's to keep. Shapes: n rows -> n x dims.
   */
  load(
    rows: Int32Array,
    epoch: number | null,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
}
