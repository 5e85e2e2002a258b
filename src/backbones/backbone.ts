import type { Model } from "../graph/graph.ts";
import type { Card } from "./card.ts";

/** An opened backbone: its card and its whole graph. */
export interface Backbone {
  readonly card: Card;
  /** Name used in results: the card's name. */
  readonly name: string;
  /** Of the weights file's bytes, hex. */
  readonly sha256: string;
  readonly model: Model;
  /** Where it was read from, for messages. */
  readonly path: string;
}
