/**
 * Talks to V8's inspector in the reader's program (Chrome DevTools Protocol), over a socket whose
 * address holds a secret that only this program was told.
 */

/** A value in the reader's program. */
export interface RemoteValue {
  readonly type?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
  readonly description?: string;
}

/** What evaluating gave. */
export interface Evaluated {
  readonly result: RemoteValue;
  readonly exceptionDetails?: {
    readonly text: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
    readonly exception?: RemoteValue;
  };
}

type Answer = { readonly id?: number; readonly result?: unknown; readonly error?: unknown };

/** A connection to an inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id = 0, result, error } = JSON.parse(String(data)) as Answer;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(`The program's inspector says: ${JSON.stringify(error)}`));
    };
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The program has ended."));
      this.#waiting.clear();
    };
  }

  /** Connects to the address that the program printed: straight, whatever HTTP_PROXY says. */
  static async connect(address: string): Promise<Inspector> {
    const { hostname, port } = new URL(address);
    const proxy = { transport: "tcp", hostname, port: Number(port) } as const;
    const socket = new WebSocket(address, { client: Deno.createHttpClient({ proxy }) });
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("Cannot connect to the program's inspector."));
    });
    socket.onerror = () => {};
    return new Inspector(socket);
  }

  /** Evaluates code in the global scope, as a console does: names stay, and may be set anew. */
  evaluate(expression: string): Promise<Evaluated> {
    const how = { replMode: true, awaitPromise: true, objectGroup: "cell" };
    return this.#call("Runtime.evaluate", { expression, ...how });
  }

  /** Evaluates an expression to an object that stays reachable; returns its id. */
  async hold(expression: string): Promise<string> {
    const { result } = await this.#call("Runtime.evaluate", { expression, objectGroup: "kernel" });
    if (result.objectId !== undefined) return result.objectId;
    throw new Error(`The program has no object ${expression}.`);
  }

  /** Evaluates an expression to a value that JSON can hold. */
  async ask(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (!exceptionDetails) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Names in an object, or in the global scope; none if looking would change anything. */
  async names(object: string): Promise<readonly string[]> {
    const expression = `(() => { const names = new Set();
for (let o = Object(${object}); o; o = Object.getPrototypeOf(o))
  for (const name of Object.getOwnPropertyNames(o)) names.add(name);
return [...names]; })()`;
    const how = { throwOnSideEffect: true, returnByValue: true };
    const { result: { value } } = await this.#call("Runtime.evaluate", { expression, ...how });
    return Array.isArray(value) ? value.map(String) : [];
  }

  /**
   * Calls a method of an object.
   *
   * @param wait whether for the promise that it returns: V8 forgets one that nothing can resolve
   */
  call(
    object: string,
    method: string,
    args: readonly RemoteValue[],
    wait: boolean,
  ): Promise<Evaluated> {
    return this.#call("Runtime.callFunctionOn", {
      objectId: object,
      functionDeclaration: `function (...args) { return this.${method}(...args); }`,
      arguments: args.map(({ objectId, unserializableValue, value }) =>
        objectId ? { objectId } : unserializableValue ? { unserializableValue } : { value }
      ),
      awaitPromise: wait,
      returnByValue: true,
    });
  }

  /** Forgets the values of evaluated cells, so that they can be collected. */
  async forget(): Promise<void> {
    await this.#call("Runtime.releaseObjectGroup", { objectGroup: "cell" });
  }

  /** Collects garbage. */
  async collect(): Promise<void> {
    await this.#call("HeapProfiler.collectGarbage", {});
  }

  /** Ends what is running, also a loop that never yields. */
  async terminate(): Promise<void> {
    await this.#call("Runtime.terminateExecution", {});
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string, params: unknown): Promise<Evaluated> {
    const id = ++this.#calls;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return waiting.promise as Promise<Evaluated>;
  }
}
