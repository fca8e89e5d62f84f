/** Exports the parts of the bench that a lesson uses; `main.ts` is the bench itself. */

export { Ceiling } from "./ceiling.ts";
export { Naive } from "./naive.ts";
export { original, recipe, stepFlops } from "./recipe.ts";
export { writeSetup } from "./setup.ts";
export { median, ratio, spread } from "./statistics.ts";
