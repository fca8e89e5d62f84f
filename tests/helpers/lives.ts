/** Processes that tests look for. */

/** Whether a process runs; one that is dead and not yet buried does not. */
export async function lives(pid: number): Promise<boolean> {
  if (Deno.build.os === "linux") { // not every container has ps
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    return /^\d+ \(.*\) [^ZX]/s.test(stat);
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] })
    .output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout).trim());
}
