/** The core outside this repo: built, served, and run by other runtimes. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this repo is. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program to its end and gives what it printed. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = new Deno.Command(command, { args: [...args], cwd, env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (code === 0) return decoder.decode(stdout);
  throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${decoder.decode(stderr)}`);
}

/** The first of some programs that starts, by an environment variable before all others. */
export function findProgram(variable: string, ...names: readonly string[]): string | undefined {
  const chosen = Deno.env.get(variable);
  return (chosen ? [chosen] : names).find((name) => {
    try {
      return new Deno.Command(name, { args: ["--version"] }).outputSync().success;
    } catch {
      return false;
    }
  });
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  ts: "application/typescript",
};

/** Serves a folder on loopback while `use` runs, and hands what is posted to `posted`. */
export async function serving(
  folder: string,
  use: (origin: string) => Promise<void>,
  posted: (body: string) => void = () => {},
): Promise<void> {
  const handler = async (request: Request) => {
    if (request.method === "POST") {
      posted(await request.text());
      return new Response();
    }
    const path = new URL(request.url).pathname;
    const type = TYPES[path.split(".").at(-1) ?? ""] ?? "text/plain";
    try {
      return new Response(await Deno.readFile(join(folder, path)), {
        headers: { "content-type": `${type}; charset=utf-8` },
      });
    } catch {
      return new Response(`Nothing at ${path}`, { status: 404 });
    }
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Opens a page in headless Chromium until `done`, under a profile that goes with it. */
export async function browsing(chromium: string, url: string, done: Promise<void>): Promise<void> {
  const profile = await Deno.makeTempDir();
  const child = new Deno.Command(chromium, {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--user-data-dir=${profile}`,
      "--remote-debugging-port=0", // or it ends when the page is loaded
      url,
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    const ended = child.status.then(({ code }) => {
      throw new Error(`${chromium} ended with ${code} before the page was done`);
    });
    await Promise.race([done, ended]);
  } finally {
    try {
      child.kill();
    } catch {
      // it has ended
    }
    await child.status;
    await Deno.remove(profile, { recursive: true }).catch(() => {}); // a late child may write yet
  }
}
