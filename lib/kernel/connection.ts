/** Reads and writes connection files: a kernel's ports, and the key that signs its messages. */

/** Content of a connection file. */
export interface Connection {
  readonly key: string;
  readonly shell: number;
  readonly control: number;
  readonly iopub: number;
  readonly stdin: number;
  readonly heartbeat: number;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

/**
 * Reads the connection file that a front end wrote.
 *
 * @throws {Error} if it asks for something other than signed messages over this machine's loopback
 */
export function readConnection(path: string): Connection {
  const file = JSON.parse(Deno.readTextFileSync(path));
  const wrong = (what: string) => new Error(`Cannot use the connection file ${path}: ${what}.`);
  if (file.transport !== "tcp") throw wrong(`its transport is "${file.transport}", not "tcp"`);
  if (!LOOPBACK.has(file.ip)) {
    throw wrong(
      `its ip is "${file.ip}", and this kernel listens to this machine alone (127.0.0.1)`,
    );
  }
  if (file.signature_scheme !== "hmac-sha256") {
    throw wrong(`its signature_scheme is "${file.signature_scheme}", not "hmac-sha256"`);
  }
  if (typeof file.key !== "string" || file.key === "") {
    throw wrong("it has no key, so that anybody could send code");
  }
  const port = (name: string): number => {
    const value = file[`${name}_port`];
    if (Number.isInteger(value) && value > 0 && value < 65536) return value;
    throw wrong(`its ${name}_port is ${value}`);
  };
  return {
    key: file.key,
    shell: port("shell"),
    control: port("control"),
    iopub: port("iopub"),
    stdin: port("stdin"),
    heartbeat: port("hb"),
  };
}

/** Writes a connection file that only its owner can read (mode 0600). */
export function writeConnection(path: string, connection: Connection): void {
  const { key, shell, control, iopub, stdin, heartbeat } = connection;
  const file = {
    ip: "127.0.0.1",
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    key,
    shell_port: shell,
    control_port: control,
    iopub_port: iopub,
    stdin_port: stdin,
    hb_port: heartbeat,
  };
  Deno.writeTextFileSync(path, JSON.stringify(file), { mode: 0o600 });
}
