/** Indexing that is checked. */

/**
 * Element `index` of a list.
 *
 * @throws {RangeError} if the list has no such element
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found !== undefined) return found;
  throw new RangeError(`There is no element ${index} in a list of ${list.length}`);
}
