/** Gradients by central differences in float64: an oracle for whatever can be written as a function. */

/**
 * (f(x + ε·eᵢ) − f(x − ε·eᵢ)) / 2ε for every i. With ε = 1e-5 good to some 1e-9 where f is smooth.
 *
 * @param f takes the numbers, in float64; they are as before when it is done
 */
export function centralDifferences(
  f: (x: Float64Array) => number,
  x: Float64Array,
  epsilon = 1e-5,
): Float64Array {
  return x.map((value, i) => {
    const at = (moved: number) => {
      x[i] = moved;
      const y = f(x);
      x[i] = value;
      return y;
    };
    return (at(value + epsilon) - at(value - epsilon)) / (2 * epsilon);
  });
}
