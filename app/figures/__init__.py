"""Runs as figures: what of them is drawn, in which ranges, and what is written beside it. Nothing here is a widget.

`comparison` holds the run shown and those laid over it; `losses` and `shares` draw them, with the words of `marks`.
"""
