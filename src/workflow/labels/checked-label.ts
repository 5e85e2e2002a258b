/** A label and what held-out predictions say of it. */
export interface CheckedLabel {
  readonly path: string;
  readonly sha256: string;
  readonly label: string;
  /** The likeliest other class. */
  readonly rather: string;
  /** Of the label, and of `rather`. */
  readonly probability: number;
  readonly ratherProbability: number;
  readonly isSuspicious: boolean;
}
