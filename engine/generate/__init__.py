"""Networks that write: a loop around a network, which feeds what it wrote back to it.

`loop` runs a network step by step; `searching` chooses from what it says comes next, and knows no network; `author`
puts both together, from text to text; `reading` says how likely a text is and what it hangs on; `marking` how good
translations are.
"""
