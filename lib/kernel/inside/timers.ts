/** Remembers which cell set which timer, so that a cell can be stopped where it waits. */

/** Clears the timers of one cell. */
export type StopTimers = (cell: number) => void;

/** The functions that are watched; timers are numbers or objects, which does not matter here. */
interface Timers {
  setTimeout(work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown;
  setInterval(work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown;
  clearTimeout(timer: unknown): void;
  clearInterval(timer: unknown): void;
}

/** Watches `setTimeout` and `setInterval` of this program from now on. */
export function watchTimers(cell: () => number | undefined): StopTimers {
  const scope = globalThis as unknown as Timers;
  const { setTimeout, setInterval, clearTimeout } = scope;
  const owners = new Map<unknown, number>();
  const stopped = new Set<number>();
  const own = (timer: unknown) => {
    const owner = cell();
    if (owner !== undefined) owners.set(timer, owner);
    // a cell that waited for something else, as a file, comes here when it has been stopped already
    if (owner !== undefined && stopped.has(owner)) clearTimeout(timer);
    return timer;
  };
  const forget = (timer: unknown) => {
    owners.delete(timer);
    clearTimeout(timer);
  };
  const watched: Timers = {
    setTimeout: (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer = setTimeout(() => {
        owners.delete(timer);
        work(...args);
      }, ms);
      return own(timer);
    },
    setInterval: (...args: Parameters<Timers["setInterval"]>) => own(setInterval(...args)),
    clearTimeout: forget,
    clearInterval: forget,
  };
  for (const name of ["setTimeout", "setInterval"] as const) {
    // with what hangs on the functions, as node:util's promisify
    Object.defineProperties(watched[name], Object.getOwnPropertyDescriptors(scope[name]));
  }
  Object.assign(scope, watched);
  return (cell) => {
    stopped.add(cell);
    for (const [timer, owner] of [...owners]) if (owner === cell) forget(timer);
  };
}
