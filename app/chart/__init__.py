"""How plots are drawn: axes, lines, bars and maps, painted directly, in the look of the program.

`scale` (numbers to places, ticks, ranges that grow in steps), `wording` (numbers to words), `pyramid` (long curves at
the cost of their pixels), `figure` (what a chart shows, as data), `drawing` (text and lines), `axes`, `lines` and
`readout` and `backdrop` (what is painted), `chart` (the widget for curves), `bars`, `bar_painting`, `skyline` and
`bar_chart` (one bar a layer), `heat` and `heat_map`, `ridges` and `ridge_chart` (histograms), `layer_shares`,
`unit_grid` and `bend` (units that learn no more), `tiles`, `colour_bar` and `strips` (many small maps),
`example` (one example and its classes), `class_bars` (what is answered), `cell_parts` and `dissection` (one cell taken
apart), `plane` (a surface under points), `gallery` (many examples).

Nothing here knows a run or a network. pyqtgraph's own plot widget is not used: three curves of 430 points with axes
took 7.8 ms of CPU a frame in it and 1.0 ms painted directly, and each of them is a millisecond that training in the
background thread does not have.
"""
