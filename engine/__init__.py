"""The engine: what a network is, how it is checked, built, trained and watched.

It never draws and never imports Qt.

The rooms from the ground up; each imports only from the floors below it, as the contract in `pyproject.toml` says:

- vocabulary: `axes` what one sample looks like · `events` all a run can say · `control` all it can be told
- kinds: `layer` + `layers/` · `dataset` + `datasets/` · `optimizers` · `settings` · `modules`, `initial` (torch's gaps)
- graph: `graph`, an immutable value with pure edits
- meaning: `shapes` by running layers on nothing · `problems` in words, with fixes · `network`, graph to `nn.Module`
- watching: `probe` + `probes/`
- keeping: `history` · `weights` · `run` · `records` · `project` · `runfile`, `storage`, the file · `template`
- doing: `job` all that one run needs · `course` its state · `instruments` which probe when · `train` the loop ·
  `runner` the loop in a background thread
- door: `cli`, whose words are in `verbs`
"""
