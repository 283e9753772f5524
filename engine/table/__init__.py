"""Tables of a person's own: how a file is written, what its columns are, and their cells as stored numbers.

- `dialect`: encoding, separator, decimal sign, names of a text table, found out from its first bytes.
- `reading`: a file as a table of pyarrow's, with what was left out, counted.
- `cells`: a column as numbers, dates or categories.
- `guessing`: what each column is likely to be, and why.
- `sampling`: a table as samples; `viewing`: its columns as a person sees them.
- `asking`: rows to be predicted, found by the names of their columns.

pyarrow is imported when something is read: the window does not wait for it.
"""
