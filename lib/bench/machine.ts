/** Describes the machine and the runtime. */

import { cpus } from "node:os";

/** "AMD EPYC, 2 cores, load 1.2, linux x86_64" */
export function machine(): string {
  const all = cpus();
  const [load = 0] = Deno.loadavg();
  const { os, arch } = Deno.build;
  return `${all[0]?.model.trim() || "unknown processor"}, ${all.length} cores, ` +
    `load ${load.toFixed(1)} at the start, ${os} ${arch}`;
}

/** "Deno 2.9.6, V8 …" */
export function runtime(): string {
  return `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}
