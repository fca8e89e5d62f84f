"""Prints the state that ipywidgets itself opens each model with, as JSON by model name."""

import json

import comm


class Silent(comm.base_comm.BaseComm):
    def publish_msg(self, *args, **kwargs):
        pass


comm.create_comm = Silent  # no kernel here

import ipywidgets as w  # noqa: E402

widgets = [w.FloatSlider(), w.Button(), w.ToggleButton(), w.Dropdown(), w.FloatProgress(), w.Label()]
widgets += [w.HBox(), w.VBox(), w.Layout()] + [one.style for one in widgets]
print(json.dumps({one.get_state()["_model_name"]: one.get_state() for one in widgets}))
