"""The window and what belongs to it as a whole: docks and their arrangement, menus, dialogs, the flows around files.

`window` puts them together and is the `Stage` that commands act on; it holds no truth of the project.
"""
