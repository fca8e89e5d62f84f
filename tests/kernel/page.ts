/** Notebooks in headless Chromium, on this kernel: in JupyterLab, Notebook 7 and nbclassic. */

import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { writeKernelspec } from "gradnets/kernel";
import { CLASSIC, type Command, type FrontEnd, LAB } from "./fronts.ts";

/** What starts them. */
export interface Programs {
  /** A Python that has them. */
  readonly python: string;
  readonly chromium: string;
}

/** A module beside the notebooks, with a doc comment. */
const DOUBLE = `/** Doubles a number: y = 2x. */
export function double(x: number): number {
  return 2 * x;
}
`;

/** A Jupyter server, which serves all front ends that its Python has, and a browser. */
export class Server implements AsyncDisposable {
  #notebooks = 0;

  private constructor(
    readonly folder: string,
    readonly root: string,
    readonly token: string,
    readonly browser: Browser,
    readonly child: Deno.ChildProcess,
  ) {}

  /** Starts both, the server in an empty folder. */
  static async start({ python, chromium: executablePath }: Programs): Promise<Server> {
    const folder = await Deno.makeTempDir();
    await writeKernelspec(join(folder, "jupyter"));
    await Deno.mkdir(join(folder, "work"));
    await Deno.writeTextFile(join(folder, "work", "deno.json"), "{}");
    await Deno.writeTextFile(join(folder, "work", "double.ts"), DOUBLE);
    // do not ask whether to fetch Jupyter news: the question would hide what a picture should show
    const settings = join(folder, "settings", "@jupyterlab", "apputils-extension");
    await Deno.mkdir(settings, { recursive: true });
    const quiet = join(settings, "notification.jupyterlab-settings");
    await Deno.writeTextFile(quiet, '{ "fetchNews": "false" }');
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const token = crypto.randomUUID();
    const child = new Deno.Command(python, {
      args: [
        ...["-m", "jupyter_server", "--no-browser", "--allow-root"],
        `--ServerApp.port=${port}`,
        `--IdentityProvider.token=${token}`,
        `--ServerApp.root_dir=${join(folder, "work")}`,
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
      ],
      env: {
        JUPYTER_PATH: join(folder, "jupyter"),
        JUPYTER_CONFIG_DIR: join(folder, "config"),
        JUPYTER_DATA_DIR: join(folder, "data"),
        JUPYTER_RUNTIME_DIR: join(folder, "run"),
        JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const root = `http://127.0.0.1:${port}`;
    for (const end = performance.now() + 60_000; performance.now() < end;) {
      const answer = await fetch(`${root}/api?token=${token}`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // a container's /dev/shm is often too small for Chromium
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    const browser = await chromium.launch({ executablePath, args });
    return new Server(folder, root, token, browser, child);
  }

  /** Opens a notebook: one of these cells, or of this text. */
  async open(
    front: FrontEnd,
    content: readonly string[] | string,
    shots?: string,
  ): Promise<OpenNotebook> {
    const path = join(this.folder, "work", `${++this.#notebooks}.ipynb`);
    await Deno.writeTextFile(path, typeof content === "string" ? content : notebook(content));
    const context = await this.browser.newContext({ viewport: { width: 1000, height: 800 } });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await page.goto(`${this.root}/${front.path(`${this.#notebooks}.ipynb`)}?token=${this.token}`);
    const opened = new OpenNotebook(this, front, page, path, shots);
    await opened.ready();
    return opened;
  }

  /** Ends all kernels. */
  async endKernels(): Promise<void> {
    const headers = { authorization: `token ${this.token}` };
    const kernels: { id: string }[] = await (await fetch(`${this.root}/api/kernels`, { headers }))
      .json();
    for (const { id } of kernels) {
      const url = `${this.root}/api/kernels/${id}`;
      await (await fetch(url, { method: "DELETE", headers })).body?.cancel();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await this.child.status;
    clearTimeout(late);
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A notebook, open in a page. */
export class OpenNotebook implements AsyncDisposable {
  /** @param shots folder for screenshots */
  constructor(
    readonly server: Server,
    readonly front: FrontEnd,
    readonly page: Page,
    /** Where it is saved. */
    readonly path: string,
    readonly shots: string | undefined,
  ) {}

  /** Waits until the page shows the notebook, and its kernel waits for cells. */
  async ready(): Promise<void> {
    await this.cell(0).waitFor();
    await this.page.waitForFunction(this.front.api.status, "idle");
  }

  /** Waits until the kernel runs, or waits for, cells. */
  async state(wanted: "busy" | "idle"): Promise<void> {
    await this.page.waitForFunction(this.front.api.status, wanted);
  }

  /** A code cell, from 0. */
  cell(number: number): Locator {
    return this.page.locator(this.front.api.cell).nth(number);
  }

  /** Does what a command of the front end's menus does. */
  async command(name: Command): Promise<void> {
    await this.page.evaluate(this.front.api.perform, this.front.api.commands[name]);
  }

  /** Selects a cell and runs it. */
  async run(cell: number): Promise<void> {
    await this.cell(cell).locator(this.front.api.prompt).click();
    await this.command("run");
  }

  /** Loads the page anew, whatever it asks before it goes. */
  async reload(): Promise<void> {
    this.page.once("dialog", (dialog) => void dialog.accept());
    await this.page.reload();
    await this.cell(0).waitFor();
  }

  /** What a cell shows now. */
  async shown(cell: number): Promise<string> {
    return (await this.cell(cell).locator(this.front.api.outputs).innerText()).trim();
  }

  /** Waits until a cell shows a text; returns all that it shows. */
  async output(cell: number, text: string): Promise<string> {
    const area = this.cell(cell).locator(this.front.api.outputs);
    await area.filter({ hasText: text }).waitFor();
    return await area.innerText();
  }

  /** Keeps a picture of a cell, or of the page. */
  async shot(name: string, cell?: number): Promise<void> {
    if (this.shots === undefined) return;
    const path = join(this.shots, `${this.front.name} ${name}.png`.replaceAll(" ", "-"));
    await (cell === undefined ? this.page : this.cell(cell)).screenshot({ path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.server.endKernels();
  }
}

/** Front ends by name. */
export const FRONT_ENDS: readonly FrontEnd[] = [
  {
    name: "JupyterLab",
    module: "jupyterlab",
    path: (file) => `lab/workspaces/${file.split(".")[0]}/tree/${file}`,
    api: LAB,
  },
  { name: "Notebook 7", module: "notebook", path: (file) => `notebooks/${file}`, api: LAB },
  {
    name: "nbclassic",
    module: "nbclassic",
    path: (file) => `nbclassic/notebooks/${file}`,
    api: CLASSIC,
  },
];

/** A notebook file of these cells. */
export function notebook(cells: readonly string[]): string {
  return JSON.stringify({
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
