"""Declarations as forms: what is declared with pydantic gets rows, bounds and words from there.

`entries` reads a declaration, `editors` makes a control for each entry, `scrub` changes a number
by dragging its label, `form` puts the rows together and says what a person has changed.
"""

from app.form.editors import number_field
from app.form.entries import Entry, entries_of, entry_of
from app.form.form import Form

__all__ = ["Entry", "Form", "entries_of", "entry_of", "number_field"]
