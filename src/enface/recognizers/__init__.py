"""Face recognizers as frozen, differentiable feature extractors: cards, registry, networks.

Start at `registry.load_recognizer`.
"""
