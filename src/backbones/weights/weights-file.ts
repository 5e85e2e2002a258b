import type { ElementType, Tensor } from "../../graph/tensor.ts";

/** A tensor inside a weights file, described and not yet read. */
export interface StoredWeight {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Its values as float32, contiguous: halves widened, strides undone. Reads this tensor's bytes alone. */
  read(): Promise<Tensor>;
}

/** A weights file, checked whole; tensors are read one by one, so a trunk never pays for the layers behind it. */
export interface WeightsFile extends AsyncDisposable {
  readonly format: "safetensors" | "pth" | "legacy pth";
  readonly tensors: ReadonlyMap<string, StoredWeight>;
}
