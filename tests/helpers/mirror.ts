/** A mirror on this machine for tests of downloads, as good or as bad as a test wants it. */

/** Answers a request for `path` (without the first slash); `nth` counts those of that path, from 1. */
export type Answer = (path: string, nth: number) => Response;

/** Serves `answer` while `test` runs; `requests` are the paths asked for, in order. */
export async function withMirror(
  answer: Answer,
  test: (mirror: { url: string; requests: string[] }) => Promise<void>,
): Promise<void> {
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, onError: () => new Response(null) },
    (request) => {
      const path = new URL(request.url).pathname.slice(1);
      requests.push(path);
      return answer(path, requests.filter((other) => other === path).length);
    },
  );
  try {
    await test({ url: `http://127.0.0.1:${server.addr.port}/`, requests });
  } finally {
    await server.shutdown();
  }
}

/** Sends `pieces`, then `end`s: properly, by breaking the connection, or never. */
export function body(
  pieces: Uint8Array[],
  end: "close" | "break" | "never",
  headers: Record<string, string> = {},
): Response {
  let next = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece !== undefined) controller.enqueue(piece);
      else if (end === "close") controller.close();
      else if (end === "never") return new Promise(() => {});
      else controller.error();
    },
  });
  return new Response(stream, { headers });
}

/** A network that swallows everything: connections are taken, requests are never answered. */
export async function withSilence(
  test: (silence: { url: string; connections: Deno.Conn[] }) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const listening = (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  try {
    await test({ url: `http://127.0.0.1:${listener.addr.port}/`, connections });
  } finally {
    listener.close();
    await listening;
    for (const connection of connections) connection.close();
  }
}

/** Runs `test` with an empty directory, and removes it. */
export async function withDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "gradnets-" });
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Every name in `dir`, hidden ones too, sorted. */
export function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}
