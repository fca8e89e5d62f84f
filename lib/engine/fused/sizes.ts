/** What one module of kernels is made for. */

/** The sizes that one module is made for. */
export interface Sizes {
  /** Most images that a training step takes. */
  readonly batch: number;
  readonly inputs: number;
  readonly width: number;
  /** Hidden layers, depth − 2. */
  readonly hidden: number;
  readonly classes: number;
  /** Most images to evaluate on at once; 0 for none. */
  readonly images: number;
  /** Whether the hidden layers have gates. Default false. */
  readonly gates?: boolean;
}
