/** How a test does in each front end what a reader does there. */

/** What a reader does with a menu. */
export type Command = "run" | "runAll" | "restartRunAll" | "stop" | "save";

/** How to work a page; the functions run in the page. */
export interface Api {
  /** Selectors: of a code cell … */
  readonly cell: string;
  /** … and in it of its prompt, its editor and its outputs. */
  readonly prompt: string;
  readonly editor: string;
  readonly outputs: string;
  /** What explains a name. */
  readonly tooltip: string;
  /** The button that confirms a restart. */
  readonly confirm: string;
  /** What is there, hidden or not, when the page can show widgets. */
  readonly widgets: string;
  readonly commands: Readonly<Record<Command, string>>;
  /** Runs one of the commands. */
  readonly perform: (command: string) => void;
  /** Whether the page is connected to a kernel in this state. */
  readonly status: (wanted: string) => boolean;
}

/** A front end. */
export interface FrontEnd {
  readonly name: string;
  /** The Python module that has it. */
  readonly module: string;
  /** Where it shows a notebook. */
  readonly path: (file: string) => string;
  readonly api: Api;
}

/** Part of JupyterLab's own application, which it puts into the page when asked to. */
interface LabPage {
  readonly jupyterapp?: {
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
  };
}

/** Part of what nbclassic puts into every page. */
interface ClassicPage {
  readonly Jupyter?: {
    readonly actions: { call(command: string): unknown };
    readonly notebook?: {
      readonly kernel?: { is_connected(): boolean };
      readonly kernel_busy: boolean;
    };
  };
}

/** JupyterLab, and Notebook 7, which is made of it. */
export const LAB: Api = {
  cell: ".jp-Notebook .jp-CodeCell",
  prompt: ".jp-InputPrompt",
  editor: ".cm-content",
  outputs: ".jp-Cell-outputArea",
  tooltip: ".jp-Tooltip",
  confirm: ".jp-Dialog .jp-mod-accept",
  widgets: ".jp-Notebook",
  commands: {
    run: "notebook:run-cell",
    runAll: "notebook:run-all-cells",
    restartRunAll: "notebook:restart-run-all",
    stop: "notebook:interrupt-kernel",
    save: "docmanager:save",
  },
  perform: (command) => void (globalThis as LabPage).jupyterapp?.commands.execute(command),
  status: (wanted) => {
    const { currentWidget } = (globalThis as LabPage).jupyterapp?.shell ?? {};
    const kernel = currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === wanted;
  },
};

/** The notebook of before, as nbclassic keeps it. */
export const CLASSIC: Api = {
  cell: ".code_cell",
  prompt: ".input_prompt",
  editor: ".CodeMirror",
  outputs: ".output_wrapper",
  tooltip: "#tooltip",
  confirm: ".modal-dialog .btn-danger",
  widgets: "#widget-submenu",
  commands: {
    run: "jupyter-notebook:run-cell",
    runAll: "jupyter-notebook:run-all-cells",
    restartRunAll: "jupyter-notebook:confirm-restart-kernel-and-run-all-cells",
    stop: "jupyter-notebook:interrupt-kernel",
    save: "jupyter-notebook:save-notebook",
  },
  perform: (command) => void (globalThis as ClassicPage).Jupyter?.actions.call(command),
  status: (wanted) => {
    const { notebook } = (globalThis as ClassicPage).Jupyter ?? {};
    if (notebook?.kernel?.is_connected() !== true) return false;
    return notebook.kernel_busy === (wanted === "busy");
  },
};
