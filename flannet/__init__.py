"""Occluded person re-identification with CLIP prompts: FLaN-Net, its training, its evaluation."""
__version__ = "0.1.0"

from importlib import import_module

# The table of contents: public name → the module it lives in, imported when the name is first used.
CONTENTS = dict(
    Config='method.config',             # every choice of a run
    profile='method.config',            # "quick", "mini" or "paper"
    load_clip='method.clip',            # CLIP's two towers
    FLaNNet='method.model',             # the network
    load_split='data.sets',             # a data set: train, query, gallery
    rank_metrics='evaluation.ranking',  # rank features one already has
    evaluate='evaluation.ranking',      # embed, rank and measure
    rerank='evaluation.reranking',      # k-reciprocal re-ranking
    maps_of='evaluation.maps',          # where a network looks
    train='training.resume',            # train and test FLaN-Net
    CLIPReID='baselines.clipreid',      # the baseline
    TransReID='baselines.transreid',    # the transformer without texts
    build='reproduce.runs',             # the network of a configuration, of any method
    fit='reproduce.runs',               # train and test it, in all its stages
    RUNS='reproduce.runs',              # the rows of the paper's tables
    Embedder='retrieval.embedder',      # pictures in, features out
    Gallery='retrieval.gallery',        # images that are searched by their features
    export_onnx='retrieval.export',     # its image encoder as an ONNX file
    calibrate='retrieval.calibration',  # from which similarity on it is the same person
    plot_matches='retrieval.gallery',   # queries and what was found, drawn
)

def __getattr__(name):
    if name in CONTENTS: return getattr(import_module(f'flannet.{CONTENTS[name]}'), name)
    raise AttributeError(f'module flannet has no {name!r}')

def __dir__(): return sorted([*globals(), *CONTENTS])
