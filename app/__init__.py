"""The application: everything that has a screen. This file imports nothing.

Floors, from the ground up; a file imports only from floors below its own, as the contract in `pyproject.toml` says:

- `icons`, `theme`, `wording`, `mime`: what things look like and how numbers are said. `controls`: the small widgets.
- `preferences`, `commands`, `meaning`, `document`, `session`: what is worked on, and the one door to it.
- `preflight`: what a first step would meet, after each edit.
- `studio`: what everyone works at, passed in, never global. `keeping`, `holding`: so that crashes and second windows do
  no harm to it.
- `placing`, `building`, `marking`, `curing`, `recasting`: a wish to build as an edit; `room`: groups on pages of their
  own; `laying`, in place: within a frame around which neighbours make room (`elbowroom`), with `doorways` for wires;
  `folding`: what was edited so goes home; `rehoming`, `homing`: into a group and out of one; `insight`: what is known
  in there. `following`, `watching`: what a run takes over and measures; `rerun`: runs that begin otherwise; `contest`:
  RNN, GRU and LSTM in turn; `courtesy`: who goes first. `health`: how a layer fares; `depth`: all of them; `spreads`:
  histograms; `stuck`: dead units; `strands`: what a drawn wire stands for. `chart`, `progress`: curves drawn.
- `copying`, `arranging`, `bridging`, `pasting`: wishes too; `fitting`: what goes where; `layer_search`, `wish`:
  what was typed as a layer with its parameters.
- `figures`: runs and examples as what a chart shows. `handing`, `reporting`: what goes out. `lull`: what waits
  until the canvas has drawn.
- `action`, `actions`, `form`, `plot`: commands, declarations and plots as data with one reader each.
- `canvas`, `panels`, `plots`: rooms that never import one another; they meet in `studio`.
- `frame`, the window that holds them; `launch`, how it starts; `__main__`, the door; `screenshot`, its pictures, with
  `portraits`, a file for what sits for them (`portrait`).
"""
