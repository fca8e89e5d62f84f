/**
 * GradNets as files: plain safetensors, so that PyTorch and others read and write them.
 *
 * Tensors are float32, with the names and shapes of the net's variables: firstW [inputs, width],
 * firstB [width], hiddenW [hidden, width, width], hiddenB [hidden, width], lastW [width, classes],
 * lastB [classes], and the layers' own, such as gateW and gateB. A layer computes x·W + b, so that W is the
 * transpose of the weight of PyTorch's `Linear`. The metadata say the kind of layer, if there are any.
 */

import { floatsOf, parseSafetensors, tensorOf } from "../data/safetensors.ts";
import { type Kind, seal, unseal } from "../data/sealed.ts";
import { shapeText } from "../data/idx.ts";
import { isObject } from "../validate.ts";
import { Architecture, type GradNetOptions, type Parameter } from "./architecture.ts";
import { layerKinds } from "./layers.ts";

const NET: Kind = { kind: "gradnets net", version: 1 };
const CHECKPOINT: Kind = { kind: "gradnets checkpoint", version: 1 };
const OTHERS = /^(optimizer|trainer)\//; // tensors of a checkpoint beside those of the net

/** Parameters by name. */
type Parameters = Readonly<Record<string, Parameter>>;

/** Encodes the parameters of a net, with a checksum. */
export function writeNet(net: Architecture, parameters: Parameters): Promise<Uint8Array> {
  const tensors = Object.entries(parameters).map(([name, values]) => [name, tensorOf(values)]);
  const metadata = { net: JSON.stringify({ layer: net.layer }) };
  return seal(NET, { tensors: Object.fromEntries(tensors), metadata });
}

/**
 * Decodes the parameters of a net: a file of {@linkcode writeNet}, a checkpoint, or one of another
 * program.
 *
 * @param options of the net to make. Default: sizes from the shapes, the layer from the metadata
 * @returns all options, and the parameters by name
 * @throws {SyntaxError} if it is not safetensors, truncated or altered
 * @throws {TypeError} if a tensor is not float32, or the layer is not known
 * @throws {RangeError} if a parameter is missing, unknown, or of another shape than the options say
 */
export async function parseNet(
  bytes: Uint8Array,
  options: GradNetOptions = {},
): Promise<{ readonly options: GradNetOptions; readonly parameters: Parameters }> {
  const { metadata: { kind } } = parseSafetensors(bytes);
  const sealed = [NET, CHECKPOINT].find((known) => known.kind === kind);
  const { tensors, metadata } = sealed || kind !== undefined
    ? await unseal(sealed ?? NET, bytes)
    : parseSafetensors(bytes);
  const found = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => !OTHERS.test(name)),
  );
  const shape = (name: string, rank: number) => {
    const sizes = found[name]?.shape ?? [];
    if (sizes.length === rank) return sizes;
    const what = found[name] ? `of shape ${shapeText(sizes)}` : "missing";
    throw new RangeError(`Cannot load this net: ${name} must have rank ${rank}, but is ${what}`);
  };
  const [inputs = 0, width = 0] = shape("firstW", 2), [hidden = 0] = shape("hiddenW", 3);
  const [, classes = 0] = shape("lastW", 2);
  const layer = options.layer ?? layerOf(metadata);
  const sizes = { inputs, width, depth: hidden + 2, classes };
  const whole = { ...sizes, ...options, ...(layer && { layer }) };
  const { shapes } = new Architecture(whole);
  for (const name of new Set([...Object.keys(shapes), ...Object.keys(found)])) {
    const inWords = (sizes: readonly number[] | undefined) =>
      sizes ? `of shape ${shapeText(sizes)}` : "not there";
    const expected = inWords(shapes[name]), is = inWords(found[name]?.shape);
    if (expected !== is) {
      throw new RangeError(`Cannot load this net: ${name} should be ${expected}, but is ${is}`);
    }
  }
  const parameters = Object.keys(shapes).map((name) => {
    const { [name]: tensor } = found;
    return [name, { shape: tensor?.shape ?? [], values: floatsOf(name, tensor) }] as const;
  });
  return { options: whole, parameters: Object.fromEntries(parameters) };
}

/** Kind of the layers that the metadata say, of a net or a checkpoint. */
function layerOf({ net, training }: Readonly<Record<string, string>>) {
  const about: unknown = JSON.parse(net ?? training ?? "{}");
  const of = isObject(about) && isObject(about.of) ? about.of : about;
  const name = isObject(of) ? of.layer : undefined;
  if (name === undefined) return undefined;
  const known = layerKinds.find((kind) => kind === name);
  if (known) return known;
  throw new TypeError(
    "Cannot load this net: it has custom layers. Give them as the option layer, as it was made with",
  );
}
