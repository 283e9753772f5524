"""The application: everything that has a screen. This file imports nothing.

Floors, from the ground up; a file imports only from floors below its own:

- `icons`, `theme`: what things look like. `controls`: the small widgets all panels are made of.
- `preferences`, `commands`, `document`, `session`: what is worked on, and the one door to it.
- `studio`: what everyone works at, passed in, never global.
- `actions`, `form`, `plot`: commands, declarations and plots as data with one reader each.
- `canvas`, `panels`, `plots`, `lenses`: rooms that never import one another; they meet in `studio`.
- `window`, then `__main__`: the frame that holds them, and the door.
"""
