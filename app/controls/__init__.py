"""The small widgets all panels are made of, each in a file of its own.

None holds truth: each shows a value set by `setValue`, which emits nothing, and emits `changed`
only when a person acts. All work from the keyboard and have a name for screen readers.
"""
