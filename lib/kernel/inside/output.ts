/**
 * The one way out of the reader's program: its standard output. What it prints goes there as it is;
 * messages are framed and go there too, so that everything arrives in the order it was made. Both
 * are written at once and wait while the pipe is full: nothing is lost, and nothing piles up.
 */

/** Writes text and messages to the kernel. */
export interface Output {
  /** Tells the kernel which cell writes from now on. */
  announce(): void;
  /** Writes what the program prints. */
  text(text: string): void;
  /**
   * Writes a message of the Jupyter protocol, or one for the kernel itself.
   *
   * @param parent header of the message that it answers; default: of the cell's
   */
  message(
    type: string,
    content: unknown,
    metadata?: unknown,
    buffers?: readonly Uint8Array[],
    parent?: unknown,
  ): void;
}

function write(bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

/**
 * Makes the program's output.
 *
 * @param marker starts each message, after a NUL; only the kernel and this program know it
 * @param cell returns the number of the cell that is writing
 */
export function makeOutput(marker: string, cell: () => number): Output {
  const encoder = new TextEncoder();
  let writing = 0; // the cell that the kernel believes to be writing
  const message: Output["message"] = (type, content, metadata = {}, buffers = [], parent) => {
    announce();
    const body = encoder.encode(JSON.stringify({ type, content, metadata, parent }));
    const sizes = [body, ...buffers].map(({ length }) => length).join(" ");
    write(encoder.encode(`\0${marker} ${sizes}\n`));
    for (const part of [body, ...buffers]) write(part);
  };
  const announce = () => {
    const now = cell();
    if (now === writing) return;
    writing = now;
    message("cell", { cell: now });
  };
  return {
    announce,
    message,
    text(text) {
      announce();
      write(encoder.encode(text));
    },
  };
}
