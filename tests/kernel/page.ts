/** A page of JupyterLab in headless Chromium, on this kernel. */

import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { writeKernelspec } from "gradnets/kernel";

/** What starts one. */
export interface Programs {
  readonly jupyter: string;
  readonly chromium: string;
}

/** Part of JupyterLab's own application, which it puts into the page when asked to. */
interface App {
  readonly commands: { execute(command: string): Promise<unknown> };
  readonly shell: {
    readonly currentWidget?: {
      readonly sessionContext?: {
        readonly session?: {
          readonly kernel?: { readonly connectionStatus: string; readonly status: string };
        };
      };
    };
  };
}

/** A module beside the notebook, with a doc comment. */
const DOUBLE = `/** Doubles a number: y = 2x. */
export function double(x: number): number {
  return 2 * x;
}
`;

/** A notebook, open in a page. */
export class OpenNotebook implements AsyncDisposable {
  private constructor(
    readonly page: Page,
    readonly shots: string | undefined,
    readonly folder: string,
    readonly browser: Browser,
    readonly server: Deno.ChildProcess,
  ) {}

  /**
   * Starts JupyterLab in an empty folder and opens a notebook of these cells.
   *
   * @param shots folder for screenshots
   */
  static async open(
    { jupyter, chromium: executablePath }: Programs,
    cells: readonly string[],
    shots?: string,
  ): Promise<OpenNotebook> {
    const folder = await Deno.makeTempDir();
    await writeKernelspec(join(folder, "jupyter"));
    await Deno.mkdir(join(folder, "work"));
    await Deno.writeTextFile(join(folder, "work", "deno.json"), "{}");
    await Deno.writeTextFile(join(folder, "work", "double.ts"), DOUBLE);
    await Deno.writeTextFile(join(folder, "work", "a.ipynb"), notebook(cells));
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const token = crypto.randomUUID();
    const server = new Deno.Command(jupyter, {
      args: [
        "--no-browser",
        "--allow-root",
        `--port=${port}`,
        `--IdentityProvider.token=${token}`,
        `--ServerApp.root_dir=${join(folder, "work")}`,
        "--LabApp.expose_app_in_browser=True",
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
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    page.setDefaultTimeout(30_000);
    await page.goto(`${root}/lab/tree/a.ipynb?token=${token}`);
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    const opened = new OpenNotebook(page, shots, folder, browser, server);
    await opened.idle();
    return opened;
  }

  /** Runs a command of JupyterLab. */
  async command(name: string): Promise<void> {
    await this.page.evaluate(
      (name) =>
        void (globalThis as unknown as { jupyterapp: App }).jupyterapp.commands.execute(name),
      name,
    );
  }

  /** Selects a cell, from 0, and runs it. */
  async run(cell: number): Promise<void> {
    await this.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").click();
    await this.command("notebook:run-cell");
  }

  /** Waits until the page is connected to a kernel that is idle. */
  async idle(): Promise<void> {
    await this.page.waitForFunction(() => {
      const { shell } = (globalThis as unknown as { jupyterapp: App }).jupyterapp;
      const kernel = shell.currentWidget?.sessionContext?.session?.kernel;
      return kernel?.connectionStatus === "connected" && kernel.status === "idle";
    });
  }

  /** Waits until a cell's output holds a text; returns all of it. */
  async output(cell: number, text: string): Promise<string> {
    const area = this.page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea");
    await area.filter({ hasText: text }).waitFor();
    return await area.innerText();
  }

  /** Keeps a picture of the page. */
  async shot(name: string): Promise<void> {
    if (this.shots === undefined) return;
    await this.page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    this.server.kill("SIGTERM");
    const late = setTimeout(() => this.server.kill("SIGKILL"), 10_000);
    await this.server.status;
    clearTimeout(late);
    await Deno.remove(this.folder, { recursive: true });
  }
}

function notebook(cells: readonly string[]): string {
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
