"""
Copies results of sweeps to MLflow, a run for each row; rows that are there already are skipped.

    pip install mlflow==3.17.2
    python notebooks/sweeps/to_mlflow.py notebooks/sweeps/comparison.jsonl ...
    mlflow ui

Each file becomes an experiment of its name, in ./mlflow.db or where MLFLOW_TRACKING_URI says. The
recipe becomes parameters; measurements become metrics, at the iterations where they were made.
"""

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

CURVE = "g", "test accuracy", "loss", "gradient norm"


def metrics_of(row, end):
    last = {
        "final test accuracy": row["accuracy"],
        "best test accuracy": row["best"]["accuracy"],
        "final validation accuracy": row.get("validation"),
        "trainable parameters": row["parameters"],
        "ms per step": row["msPerStep"],
        **row.get("measures", {}),
    }
    points = [(name, value, row["steps"]) for name, value in last.items()]
    for step, *values in row["curve"]:
        points += [(name, value, step) for name, value in zip(CURVE, values)]
    return [Metric(name, value, end, step) for name, value, step in points if value is not None]


def export(client, path):
    found = client.get_experiment_by_name(path.stem)
    experiment = found.experiment_id if found else client.create_experiment(path.stem)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    added = 0
    for row in rows:
        recipe = row["recipe"]
        key = hashlib.sha256(json.dumps([row["data"], recipe]).encode()).hexdigest()
        whole = f"tags.row = '{key}' and attributes.status = 'FINISHED'"
        if client.search_runs([experiment], whole):
            continue
        end = int(datetime.fromisoformat(row["date"]).timestamp() * 1000)
        start = end - int(row["steps"] * row["msPerStep"])
        tags = {"row": key, "data": row["data"], "kernels": row["kernels"],
                "stopped": row["stopped"] or "", **row["versions"]}
        name = f"{recipe['layer']}, depth {recipe['depth']}, seed {recipe['seed']}"
        run = client.create_run(experiment, start, tags, name).info.run_id
        client.log_batch(run, params=[
            Param(name, value if isinstance(value, str) else json.dumps(value))
            for name, value in recipe.items()
        ])
        metrics = metrics_of(row, end)
        for i in range(0, len(metrics), 1000):  # MLflow takes no more at once
            client.log_batch(run, metrics[i:i + 1000])
        client.set_terminated(run, end_time=end)
        added += 1
    print(f"{path}: {added} of {len(rows)} rows added to the experiment {path.stem}")


for name in sys.argv[1:]:
    export(MlflowClient(), Path(name))
