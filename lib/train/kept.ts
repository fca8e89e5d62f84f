/** Keeps the checkpoints of a training in a directory, so that a kill loses none of it. */

import { join } from "node:path";
import { writeAtomically } from "../files/atomic.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { parseCheckpoint, writeCheckpoint } from "./checkpoint_file.ts";

/** A checkpoint that was read from a file. */
export interface Found {
  readonly mark: Checkpoint;
  /** Name of its file. */
  readonly name: string;
  /** Why the newer one could not be read, if so. */
  readonly damaged?: string;
}

/**
 * The newest checkpoint of a training, in the file `NAME.safetensors`, and the one before it, in
 * `NAME.previous.safetensors`. The newest is whole at every moment: each is written and flushed under
 * another name first. One process at a time may use it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
 * import { Kept } from "gradnets/train/kept.ts";
 *
 * const net = new Architecture({ width: 8, depth: 5 });
 * const data = drawnDataset({ train: 100, validation: 10, test: 50 });
 * const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
 * const directory = Deno.makeTempDirSync();
 * const kept = new Kept(directory, "checkpoint");
 * await kept.save(trainer.checkpoint());
 * trainer.step();
 * await kept.save(trainer.checkpoint());
 * assertEquals((await kept.load())?.mark.iter, 1);
 * Deno.truncateSync(`${directory}/checkpoint.safetensors`, 1000); // as a failing disk might
 * assertEquals((await kept.load())?.mark.iter, 0);
 * Deno.removeSync(directory, { recursive: true });
 * trainer.dispose();
 * ```
 */
export class Kept {
  readonly #directory: string;
  readonly #newest: string;
  readonly #previous: string;
  #isNewestWhole = false;

  /** @param name of the files, without their ends */
  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#newest = `${name}.safetensors`;
    this.#previous = `${name}.previous.safetensors`;
  }

  /** Name of the file of the newest checkpoint. */
  get name(): string {
    return this.#newest;
  }

  /**
   * Reads the newest checkpoint, or the one before where that is truncated or altered.
   *
   * @returns undefined if there is none
   * @throws {RangeError} if a file is no checkpoint, or of a newer version
   * @throws {SyntaxError} if none of them is whole
   */
  async load(): Promise<Found | undefined> {
    let damaged: string | undefined;
    for (const name of [this.#newest, this.#previous]) {
      const bytes = await this.#read(name);
      if (!bytes) continue;
      try {
        const mark = await parseCheckpoint(bytes);
        this.#isNewestWhole = name === this.#newest;
        return { mark, name, ...damaged !== undefined && { damaged } };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const why = `${name}: ${error.message}`;
        if (!(error instanceof SyntaxError)) throw new RangeError(why, { cause: error });
        damaged ??= why;
      }
    }
    if (damaged !== undefined) throw new SyntaxError(`${damaged}. There is no whole one before it`);
    return undefined;
  }

  /**
   * Writes a checkpoint.
   *
   * @throws {Error} Deno's, if it cannot be written, as on a full disk; the last ones stay
   */
  async save(mark: Checkpoint): Promise<void> {
    const bytes = await writeCheckpoint(mark);
    // a damaged one must not take the place of the last good one
    if (this.#isNewestWhole) this.#linkPrevious();
    await writeAtomically(this.#path(this.#newest), bytes);
    this.#isNewestWhole = true;
  }

  /** Removes the checkpoints, and what killed processes left of unfinished ones. */
  remove(): void {
    const mine = [this.#newest, this.#previous];
    const names = [...Deno.readDirSync(this.#directory)].map(({ name }) => name);
    for (const name of [...names.filter((name) => mine.includes(name)), ...this.#parts(names)]) {
      Deno.removeSync(this.#path(name));
    }
  }

  /**
   * Removes what killed processes left of unfinished checkpoints.
   *
   * @returns whether there is a checkpoint
   */
  tidy(): boolean {
    const names = [...Deno.readDirSync(this.#directory)].map(({ name }) => name);
    for (const name of this.#parts(names)) Deno.removeSync(this.#path(name));
    return names.includes(this.#newest) || names.includes(this.#previous);
  }

  #parts(names: readonly string[]): string[] {
    return names.filter((name) => name.startsWith(`.${this.#newest}.`) && name.endsWith(".part"));
  }

  /** Gives the newest its second name, under which it stays. */
  #linkPrevious(): void {
    const [newest, previous] = [this.#path(this.#newest), this.#path(this.#previous)];
    try {
      Deno.removeSync(previous);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    try {
      Deno.linkSync(newest, previous);
    } catch {
      Deno.copyFileSync(newest, previous); // on a disk without links
    }
  }

  async #read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await Deno.readFile(this.#path(name));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}
