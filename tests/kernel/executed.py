"""Executes a notebook again and again in fresh kernels, as other programs do; run by executed_test.ts.

    python executed.py nbclient|papermill NOTEBOOK FOLDER COUNT

Writes the outputs of its cells to FOLDER/0.json, FOLDER/1.json, …
"""

import json
import os
import sys

import nbformat


def by_nbclient(path, folder):
    import nbclient

    notebook = nbformat.read(path, as_version=4)
    return nbclient.NotebookClient(notebook, timeout=300, kernel_name="deno").execute()


def by_papermill(path, folder):
    import papermill

    out = os.path.join(folder, "out.ipynb")
    papermill.execute_notebook(path, out, kernel_name="deno", progress_bar=False, log_output=False)
    return nbformat.read(out, as_version=4)


def merged(outputs):
    """Joins what a stream was given in several messages, as front ends show it."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


if __name__ == "__main__":
    how, path, folder, count = sys.argv[1:]
    execute = {"nbclient": by_nbclient, "papermill": by_papermill}[how]
    for i in range(int(count)):
        outputs = [merged(c.outputs) for c in execute(path, folder).cells if c.cell_type == "code"]
        with open(os.path.join(folder, f"{i}.json"), "w") as file:
            json.dump(outputs, file)
