"""Occluded person re-identification with CLIP prompts: FLaN-Net, its training, its evaluation."""
__version__ = "0.1.0"

import sys
from importlib import import_module
from types import ModuleType

# The table of contents: public name → the module it lives in, imported when the name is first used.
CONTENTS = dict(
    Config='config',         # every choice of a run
    profile='config',        # "mini" or "paper"
    load_split='data',       # a data set: train, query, gallery
    load_clip='clip',        # CLIP's two towers
    FLaNNet='model',         # the network
    CLIPReID='clipreid',     # the baseline
    build='clipreid',        # the network of a configuration, of either method
    fit='clipreid',          # train and test it, CLIP-ReID in its two stages
    train='train',           # train and test FLaN-Net
    evaluate='evaluate',     # embed, rank and measure
    rank_metrics='evaluate', # rank features one already has
    rerank='rerank',         # k-reciprocal re-ranking
    maps_of='maps',          # where a network looks
    RUNS='runs',             # the rows of the paper's tables
)

class _Package(ModuleType):
    "Looks names up in CONTENTS. `train`, `evaluate` and `rerank` are functions here although modules bear the same names."
    def __getattr__(self, name):
        if name in CONTENTS: return getattr(import_module(f'flannet.{CONTENTS[name]}'), name)
        raise AttributeError(f'module flannet has no {name!r}')
    def __setattr__(self, name, value):
        if not (name in CONTENTS and isinstance(value, ModuleType)): super().__setattr__(name, value)
    def __dir__(self): return sorted([*super().__dir__(), *CONTENTS])

sys.modules[__name__].__class__ = _Package
