/**
 * Opens JupyterLab on the notebooks, with this very Deno as kernel, whatever other kernels are
 * installed. If no JupyterLab is on the PATH, installs one into .venv, once.
 *
 *     deno task lab [what jupyter lab takes, as --no-browser --port 8890]
 */

import "gradnets/cli/require_deno.ts";
import { delimiter, join, relative, resolve } from "node:path";
import { given } from "gradnets/cli/options.ts";
import { dataFromEnvironment, DRAWN } from "gradnets/files/caller.ts";
import { writeKernelspec } from "gradnets/kernel";
import { KERNELSPEC, ROOT } from "./notebook.ts";

/** What goes into .venv: the page, and its part of the controls. Needs Python 3.10 or newer. */
const PACKAGES = ["jupyterlab==4.6.6", "jupyterlab_widgets==3.0.17"];
/** Prints their versions as above, if they can be imported. */
const VERSIONS = `import importlib
for name in ["jupyterlab", "jupyterlab_widgets"]:
    print(f"{name}=={importlib.import_module(name).__version__}")`;
const WIDGETS = join("labextensions", "@jupyter-widgets", "jupyterlab-manager", "package.json");
const WALKTHROUGH = "notebooks/01_walkthrough.ipynb";

/** A prerequisite that must be installed by hand. */
class Missing extends Error {}

/** A program with arguments. */
type Command = readonly [program: string, ...args: string[]];

/** Runs a program; returns its output and success, or undefined if there is no such program. */
async function ask([program, ...args]: Command): Promise<
  { success: boolean; answer: string } | undefined
> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stdin: "null" }).output();
    return { success, answer: new TextDecoder().decode(stdout).trim() };
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (none) return undefined;
    throw error;
  }
}

/**
 * Runs a program to its end, with output to this terminal, and ends it when we are asked to end.
 *
 * It is detached from the terminal, so that Ctrl-C reaches us alone: JupyterLab ends its kernels
 * when it is terminated, but not always when it is interrupted.
 */
async function run(
  [program, ...args]: Command,
  env: Record<string, string> = {},
): Promise<Deno.CommandStatus> {
  const options = { args, cwd: ROOT, env, stdin: "null", detached: true } as const;
  const child = new Deno.Command(program, options).spawn();
  let killer: ReturnType<typeof setTimeout> | undefined;
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch { /* it has ended already */ }
  };
  const end = () => {
    kill("SIGTERM");
    killer ??= setTimeout(() => kill("SIGKILL"), 10_000);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, end);
  const status = await child.status;
  for (const signal of signals) Deno.removeSignalListener(signal, end);
  if (killer !== undefined) Deno.exit(130); // we were asked to end
  return status;
}

/**
 * Finds a Python that can make a virtual environment for JupyterLab, or throws why there is none.
 */
async function findPython(): Promise<Command> {
  const script = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))";
  const candidates: Command[] = [["python3"], ["python"], ["py", "-3"]];
  let some = false;
  for (const python of candidates) {
    const result = await ask([...python, "-c", script]);
    if (result?.success) return python;
    some ||= result !== undefined;
  }
  throw new Missing(
    (some
      ? "The Python on the PATH cannot make an environment for JupyterLab: it is older than 3.10, " +
        "or lacks venv (Debian and Ubuntu: apt install python3-venv)."
      : "There is no JupyterLab on the PATH, and no Python to install it with. Install Python 3.10 " +
        "or newer (python.org), or uv (docs.astral.sh/uv).") +
      "\nThe notebook runs without any of this: deno task walkthrough",
  );
}

/** Installs JupyterLab into the virtual environment `venv`, if any of it is missing or broken. */
async function installed(venv: string): Promise<Command> {
  const python = Deno.build.os === "windows"
    ? join(venv, "Scripts", "python.exe")
    : join(venv, "bin", "python");
  const lab: Command = [python, "-m", "jupyterlab"];
  const found = await ask([python, "-c", VERSIONS]);
  if (found?.success && found.answer.split(/\r?\n/).join() === PACKAGES.join()) return lab;

  const uv = (await ask(["uv", "--version"]))?.success;
  const make: Command = uv
    ? ["uv", "venv", "--clear", "--quiet", venv]
    : [...await findPython(), "-m", "venv", "--clear", venv];
  const install: Command = uv
    ? ["uv", "pip", "install", "--python", python, ...PACKAGES]
    : [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", ...PACKAGES];
  console.log(
    `No JupyterLab on the PATH: installing ${PACKAGES.join(" and ")} into ${venv}, once …`,
  );
  // A .venv that works may hold more than JupyterLab (tensorboard, the bench's peers): add to it.
  const works = uv
    ? (await ask([python, "--version"]))?.success
    : (await ask([python, "-m", "pip", "--version"]))?.success;
  for (const step of works ? [install] : [make, install]) {
    if ((await run(step)).success) continue;
    throw new Missing(
      `Cannot install JupyterLab: this failed: ${step.join(" ")}\n` +
        "The notebook runs without it: deno task walkthrough",
    );
  }
  // in its own .venv: do not ask whether to fetch Jupyter news, and save controls as they were last
  const settings = join(venv, "share", "jupyter", "lab", "settings");
  await Deno.mkdir(settings, { recursive: true });
  const own = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false" },
    "@jupyter-widgets/jupyterlab-manager:plugin": { saveState: true },
  };
  await Deno.writeTextFile(join(settings, "overrides.json"), JSON.stringify(own, null, 1) + "\n");
  return lab;
}

/** Whether the JupyterLab on the PATH can show controls; true where it does not say. */
async function hasWidgets(): Promise<boolean> {
  const paths = await ask(["jupyter", "--paths", "--json"]);
  if (!paths?.success) return true;
  const { data }: { readonly data: readonly string[] } = JSON.parse(paths.answer);
  const found = data.map((folder) =>
    Deno.stat(join(folder, WIDGETS)).then(() => true, () => false)
  );
  return (await Promise.all(found)).includes(true);
}

/** Finds JupyterLab on the PATH, else in `venv`, installing it if needed. */
export async function findLab(venv: string): Promise<Command> {
  const lab: Command = ["jupyter", "lab"];
  if (!(await ask([...lab, "--version"]))?.success) return await installed(venv);
  if (!await hasWidgets()) {
    console.log(
      "The JupyterLab on the PATH shows sliders and buttons as text: " +
        `pip install ${PACKAGES[1]} beside it makes them turn.`,
    );
  }
  return lab;
}

if (import.meta.main) {
  try {
    const path = join(ROOT, ".jupyter");
    await writeKernelspec(path, KERNELSPEC);
    const others = Deno.env.get("JUPYTER_PATH");
    const [program, ...args] = await findLab(join(ROOT, ".venv"));
    const own = [`--ServerApp.root_dir=${ROOT}`, `--LabApp.default_url=/lab/tree/${WALKTHROUGH}`];
    const data = dataFromEnvironment();
    const env = {
      JUPYTER_PATH: others ? `${path}${delimiter}${others}` : path,
      INIT_CWD: "", // a terminal in JupyterLab has its own working directory
      // relative to a kernel's working directory, the notebook's folder
      ...data && {
        GRADNETS_DATA: data === DRAWN ? data : relative(join(ROOT, "notebooks"), resolve(data)),
      },
    };
    const { code } = await run([program, ...args, "-y", ...own, ...given(Deno.args)], env);
    Deno.exit(code);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
