"""The fast path: a run's whole step (forward, gradient, update), compiled in another process while it trains plainly.

- `rules`: what each optimiser does, as pure functions of tensors; rates and the like are tensors too, so that a change
  of them asks for no other program
- `whole`: a step, or several in a row, as one function that PyTorch can trace
- `refusal`: why a run stays with plain steps, in words
- `packages`: compiled steps on disk, by all that they depend on
- `compiler`: the door of the helper process · `errand`: the helper process, seen from the run
- `program`: a package, loaded
- `lane`: what a run asks between two steps: whether a compiled one is ready, and whether it really is faster

Nothing here draws, waits, or decides a number: a run that is to be exact to the last bit never comes here.
"""
