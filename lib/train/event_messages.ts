/**
 * The protobuf messages of TensorBoard's event files: those fields that are written here.
 *
 * Sources: TensorFlow's `event.proto`, `summary.proto`, `histogram.proto`, `graph.proto`,
 * `node_def.proto`, `attr_value.proto`, and `plugin_data.proto` of TensorBoard's hparams plugin.
 */

import protobuf from "npm:protobufjs@8.8.1/light.js";

const field = (id: number, type: string) => ({ id, type });
const list = (id: number, type: string) => ({ id, type, rule: "repeated" as const });
const map = (id: number, type: string) => ({ id, type, keyType: "string" });
const message = (fields: Record<string, ReturnType<typeof field | typeof list | typeof map>>) => ({
  fields,
});
/** A message of which one field is set, and written even if it is 0. */
const oneOf = (
  fields: Record<string, ReturnType<typeof field>>,
  always: Record<string, ReturnType<typeof field>> = {},
) => ({
  fields: { ...always, ...fields },
  oneofs: { value: { oneof: Object.keys(fields) } },
});

const { Event, HParamsPluginData, GraphDef } = protobuf.Root.fromJSON({
  nested: {
    Event: message({
      wallTime: field(1, "double"),
      step: field(2, "int64"),
      fileVersion: field(3, "string"),
      graphDef: field(4, "bytes"),
      summary: field(5, "Summary"),
    }),
    Summary: message({ value: list(1, "SummaryValue") }),
    SummaryValue: oneOf({
      simpleValue: field(2, "float"),
      histo: field(5, "HistogramProto"),
      tensor: field(8, "TensorProto"),
    }, { tag: field(1, "string"), metadata: field(9, "SummaryMetadata") }),
    HistogramProto: message({
      min: field(1, "double"),
      max: field(2, "double"),
      num: field(3, "double"),
      sum: field(4, "double"),
      sumSquares: field(5, "double"),
      bucketLimit: list(6, "double"),
      bucket: list(7, "double"),
    }),
    SummaryMetadata: message({ pluginData: field(1, "PluginData") }),
    PluginData: message({ pluginName: field(1, "string"), content: field(2, "bytes") }),
    TensorProto: message({ dtype: field(1, "int32"), tensorShape: field(2, "TensorShapeProto") }),
    TensorShapeProto: message({ dim: list(2, "Dim") }),
    Dim: message({ size: field(1, "int64") }),
    HParamsPluginData: message({
      version: field(1, "int32"),
      sessionStartInfo: field(3, "SessionStartInfo"),
    }),
    SessionStartInfo: message({ hparams: map(1, "HParamValue") }),
    HParamValue: oneOf({
      numberValue: field(2, "double"),
      stringValue: field(3, "string"),
      boolValue: field(4, "bool"),
    }),
    GraphDef: message({ node: list(1, "NodeDef"), versions: field(4, "VersionDef") }),
    VersionDef: message({ producer: field(1, "int32") }),
    NodeDef: message({
      name: field(1, "string"),
      op: field(2, "string"),
      input: list(3, "string"),
      attr: map(5, "AttrValue"),
    }),
    AttrValue: message({ list: field(1, "ListValue") }),
    ListValue: message({ shape: list(7, "TensorShapeProto") }),
  },
}) as unknown as Readonly<Record<"Event" | "HParamsPluginData" | "GraphDef", protobuf.Type>>;

/** Encodes a value as a message of this type. */
const encoder = (type: protobuf.Type) => (value: object): Uint8Array => type.encode(value).finish();

/** Encodes an `Event`. */
export const encodeEventMessage = encoder(Event);
/** Encodes a `GraphDef`. */
export const encodeGraphMessage = encoder(GraphDef);
/** Encodes the content of a summary of the hparams plugin. */
export const encodeHparamsMessage = encoder(HParamsPluginData);

/** The fields of an event that are compared when a file is taken up. */
export interface EventMessage {
  readonly step: number;
  readonly fileVersion?: string;
  readonly summary?: {
    readonly value: readonly { readonly tag: string; readonly simpleValue?: number }[];
  };
}

/**
 * Decodes an `Event`.
 *
 * @throws {Error} protobufjs's, if it is no such message
 */
export function decodeEventMessage(bytes: Uint8Array): EventMessage {
  const defaults = { step: 0 };
  return { ...defaults, ...Event.toObject(Event.decode(bytes), { longs: Number }) } as EventMessage;
}
