/**
 * Starts and ends the kernel's process: `deno jupyter --kernel` with a connection file. Its
 * standard input stays open and unwritten: when the runner dies, it closes, and the kernel ends
 * itself (exit_with_parent.ts).
 */

import { linesOf } from "gradnets/files/text_lines.ts";

/** Options for starting a kernel. */
export interface KernelOptions {
  /** The kernel's working directory: the notebook's folder. */
  readonly cwd: string;
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line that the process itself prints, such as npm downloads. */
  readonly onLog?: (line: string) => void;
}

/** A kernel's ports, and the key that signs its messages. */
export interface Connection {
  readonly key: string;
  readonly shell: number;
  readonly iopub: number;
  readonly stdin: number;
}

/** Waits for `promise` at most `ms`, else returns undefined. Leaves no timer behind. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Finds five free ports. If another program takes one before the kernel does, the kernel ends. */
function freePorts(): number[] {
  const listeners = Array.from(
    { length: 5 },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** Running kernels: none may outlive this program, however it ends. */
const running = new Set<KernelProcess>();
addEventListener("unload", () => running.forEach((process) => process.kill()));

/** A `deno jupyter` process. */
export class KernelProcess {
  readonly connection: Connection;
  readonly #file: string;
  readonly #child: Deno.ChildProcess;
  readonly #log: Promise<void>;
  #killed = false;

  constructor({ cwd, env = {}, onLog = () => {} }: KernelOptions) {
    const [shell, iopub, stdin, control, heartbeat] = freePorts() as [
      number,
      number,
      number,
      number,
      number,
    ];
    this.connection = { key: crypto.randomUUID(), shell, iopub, stdin };
    this.#file = Deno.makeTempFileSync({ prefix: "gradnets_kernel_", suffix: ".json" });
    try {
      Deno.writeTextFileSync(
        this.#file,
        JSON.stringify({
          ip: "127.0.0.1",
          transport: "tcp",
          signature_scheme: "hmac-sha256",
          key: this.connection.key,
          shell_port: shell,
          iopub_port: iopub,
          stdin_port: stdin,
          control_port: control,
          hb_port: heartbeat,
        }),
      );
      this.#child = new Deno.Command(Deno.execPath(), {
        args: ["jupyter", "--kernel", "--conn", this.#file],
        cwd,
        env: { ...env, NO_COLOR: "1" }, // no ANSI codes in text/plain
        stdin: "piped",
        stdout: "null",
        stderr: "piped",
        detached: true, // Ctrl-C goes to the runner, which then ends the kernel
      }).spawn();
    } catch (error) {
      this.forget();
      throw error;
    }
    this.#log = this.#readLog(onLog);
    running.add(this);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  /** Removes the connection file: a kernel reads it only when it starts. */
  forget(): void {
    try {
      Deno.removeSync(this.#file);
    } catch { /* removed already */ }
  }

  /** Kills it at once, without waiting. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    running.delete(this);
    this.forget();
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended already */ }
    void this.#child.stdin.close().catch(() => {});
  }

  /** Kills it, and waits until it is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.#child.status;
    await this.#log;
  }

  async #readLog(onLog: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#child.stderr)) {
      if (!line.includes('"deno jupyter" is unstable')) onLog(line);
    }
  }
}
