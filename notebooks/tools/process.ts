/** Starts and ends the kernel's process, with a connection file. */

import { kernelspec } from "gradnets/kernel";
import { type Connection, writeConnection } from "gradnets/kernel/connection.ts";
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
    this.connection = { key: crypto.randomUUID(), shell, iopub, stdin, control, heartbeat };
    this.#file = Deno.makeTempFileSync({ prefix: "gradnets_kernel_", suffix: ".json" });
    const { argv: [program = "", ...args], env: own } = kernelspec();
    try {
      writeConnection(this.#file, this.connection);
      this.#child = new Deno.Command(program, {
        args: args.map((arg) => arg === "{connection_file}" ? this.#file : arg),
        cwd,
        // the notebooks' types are checked before they are run (check.ts)
        env: { ...env, ...own, DENO_KERNEL_CHECK: "no" },
        stdin: "null",
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
  }

  /** Kills it, and waits until it is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.#child.status;
    await this.#log;
  }

  async #readLog(onLog: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#child.stderr)) {
      onLog(line);
    }
  }
}
