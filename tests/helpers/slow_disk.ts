/**
 * Preloaded into a training that is going to be killed: its files are written in pieces, with pauses
 * between them and between renames, so that a kill can fall in the middle of a save. Says "saving"
 * at each.
 */

const WRITTEN = /(log\.csv|events\.out\.\S*|checkpoint\.safetensors\S*)$/;
const CHECKPOINT = /checkpoint\S*\.safetensors$/;

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function say(what: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`saving ${what}\n`));
}

const piece = (bytes: Uint8Array) => bytes.subarray(0, Math.max(60, Math.ceil(bytes.length / 3)));

function slow(path: string | URL, file: Deno.FsFile): Deno.FsFile {
  const [, name] = WRITTEN.exec(String(path)) ?? [];
  if (name === undefined) return file;
  const { write, writeSync } = file;
  file.write = (bytes) => {
    say("checkpoint");
    pause(3);
    return write.call(file, piece(bytes));
  };
  file.writeSync = (bytes) => {
    say(name);
    pause(1);
    return writeSync.call(file, piece(bytes));
  };
  return file;
}

const { open, openSync, rename, linkSync } = Deno;
Deno.open = async (path, options) => slow(path, await open(path, options));
Deno.openSync = (path, options) => slow(path, openSync(path, options));
Deno.rename = async (from, to) => {
  await rename(from, to);
  if (CHECKPOINT.test(String(to))) between();
};
Deno.linkSync = (from, to) => {
  between();
  linkSync(from, to);
  between();
};

function between(): void {
  say("names");
  pause(3);
}
