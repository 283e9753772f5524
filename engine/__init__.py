"""The engine: what a network is, how it is checked, built, trained and watched, and how it comes in and goes out.

It never draws and never imports Qt.

The rooms from the ground up; each imports only from the floors below it, as the contract in `pyproject.toml` says:

- vocabulary: `axes` what one sample looks like · `vocabulary` words and characters of a text · `stretch` how its length
  changes · `parameters` what can be set · `bins` of histograms · `gates` of recurrent layers, `fading` through time in
  figures · `events` all a run can say · `control` all it can be told · `waiting` how
  far work is that somebody waits for · `variation` of pictures · `aside` the command line as a process of its own ·
  `logs` what happened
- kinds: `layer` + `layers/` · `dataset` + `datasets/` (`parting`, who is in which part; `spelling`, text as numbers;
  `part`, `scaling`), `typed` samples, `plane` of two numbers, `fingerprint` whether still the same · `source`, a file
  of one's own found again or `held` · `optimizers` · `settings` · `schedules` the rate over a run · `modules/`,
  `initial`, what torch lacks · `snippet`, a person's own code, the one place that runs text
- a person's own files, below the data sets: `places`, `class_folders`, `pictures`, `waves`, `fetching` ·
  `array_files`, `array_roles`, `array_axes`, `truths` · `table/`, `encoding` of its columns, `preview` before they are
  used · `memory_rows` or `streamed` as they are asked for, `ahead` of the training
- graph: `graph/`, an immutable value with pure edits; groups, and the unfolded form in which it is run
- meaning: `shapes` by running layers on nothing (one layer: `trial`, `dry_run`, `comparison`, `sizing`, `tally`) ·
  `theory`, what error signals are to be expected · `problem`, `scene` + `problems/` in words, with fixes · `lengths`
  the data's on their way · `planning` who is run on what, `network`, graph to `nn.Module` · `feeding`, `varied`
  pictures · `cures`, edits that let a deep network learn, `cells`, of recurrent layers
- watching: `look` one batch beside the training · `sight` what a cell can see · `answers` what scores say · `patch` a
  cell as a sum, `pools` · `recurrence` a recurrent layer step by step, `unrolled`, `jacobians` · `probe` + `probes/`
- writing: `generate/`, the loop around a network that is fed what it wrote: by chance, greedily, by a beam
- judging: `judging` + `scores`, `certainty` of both, what became of a part, `bleu` of translations, `evaluation` in
  inference mode · `standing` the best so far · `contrast`, how two runs differ, in words
- keeping: `history` (`film`, arrays over time; `smoothing`) · `weights` · `run` · `records` · `trust` · `project` ·
  `tensorfile`, `historyfile`, `runfile`, `storage`, the file · `backups` of it · `opening`s of the test set, kept ·
  `recovery` after a crash · `template` · `beginning`, a first network for data of one's own
- doing: `job` all that one run needs · `course` its state: `batches` its place in the data, `updating` from a loss to
  changed weights, `strides` how far back and what goes on, `rewind` where it can go back to, `tuning` what changes on
  the way, `clock` · `failure` why it could not go on, `telling` that it begins and ends · `fast/` its steps compiled
  · `instruments` which probe when · `train` the loop · `apart` a job for another process · `runner` the loop in the
  background, here or there · `preflight` what a first step would meet, `pilot` which asks that in a process of its
  own
- asked: `trained`, a run's network with what it learnt · `predicting` what it says of samples of one's own, which
  `bringing` reads
- the last word: `seal`, the one door to the test set · `leaks` between the parts
- in and out: `export/` + `export/formats/` · `report/` + `report/kinds/`, a run written down · `imports/`, existing
  PyTorch onto the canvas
- door: `cli`, whose words are in `verbs`
"""
