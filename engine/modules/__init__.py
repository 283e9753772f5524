"""The modules that torch lacks, or that torch has but for one thing: each a plain `nn.Module`, whole in its file.

An exported script holds their source, so they use torch and what stands in their own file, and nothing else. Those that
take `lengths` are told how many steps of each sequence are real: what follows is padding and changes no result.
"""
