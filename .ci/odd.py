#!/usr/bin/env python3
"""Thousands of odd inputs at the doors: each is read rightly, or refused by an error of ours that names it.

Hypothesis makes them: files of images and of weights with bytes changed, cut and repeated, values of any type for every
field of a configuration, words for a run, and records of runs that are damaged or say something else; saved models,
files of features, galleries, joints, and what a calibration is asked. Nothing else may come out than a ValueError or an OSError with the name of the file or key, within seconds and without a warning.

Usage: .venv/bin/python .ci/odd.py [TIMES] [WORD …]    TIMES as many cases (default: 1, about a minute), and
                                                       only the doors whose name contains a WORD
"""
import faulthandler
import gzip
import io
import json
import math
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

TMP = tempfile.TemporaryDirectory()
os.environ.setdefault('HYPOTHESIS_STORAGE_DIRECTORY', f'{TMP.name}/hypothesis')

import numpy as np
import torch
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save
import scipy.special, scipy.stats # what `calibrate` imports counts for no case

from flannet.baselines.clipreid import CLIPReIDConfig
from flannet.baselines.poses import ReadyJoints, check_joints
from flannet.baselines.transreid import TransReIDConfig
from flannet.core import table_text
from flannet.data.cache import PixelCache, decode
from flannet.data.sets import open_image
from flannet.method.clip import read_clip_weights
from flannet.method.config import Config, profile
from flannet.reproduce.report import finished_runs, maps_by_method, run_files
from flannet.reproduce.runs import build, parse, plan
from flannet.retrieval.calibration import calibrate
from flannet.retrieval.embedder import Embedder, model_card
from flannet.retrieval.gallery import MANIFEST, Gallery, read_features
from flannet.training.checkpoint import newest, read_checkpoint, read_weights, write_checkpoint

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(TMP.name)
SECONDS = 10 # no case may take longer

class Wrong(Exception):
    "What an input did that it must not."


def short(x): return re.sub(r'\s+', ' ', str(x))[:300]


@contextmanager
def door(name, *names, quiet=True):
    "Errors of ours that name one of `names` end the block; anything else is wrong."
    start,failed = time.monotonic(),None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        Unprintable.armed = True
        try: yield
        except Wrong: raise
        except (ValueError,OSError) as e:
            if type(e).__module__ != 'builtins' and not isinstance(e, OSError) or not any(n in str(e) for n in names): failed = e
        except Exception as e: failed = e
        finally: Unprintable.armed = False
    if failed is not None: raise Wrong(short(f'{type(failed).__name__}: {failed}')) from failed
    if quiet and said: raise Wrong(short(f'warns: {said[0].message}'))
    if time.monotonic()-start > SECONDS: raise Wrong(f'it took {time.monotonic()-start:.0f} s')


# Bytes that are changed. A place counts from the beginning, and wraps around, so that headers are hit as often as the rest.
PLACES = st.one_of(st.integers(0, 64), st.integers(0, 2**14))
EDITS = st.lists(st.tuples(st.sampled_from(['put','insert','drop','cut','repeat','fill']), PLACES, st.one_of(st.binary(max_size=6), st.sampled_from([b'\0'*4, b'\xff'*4]))),
                 min_size=1, max_size=4)


def edited(data, edits):
    "The bytes after all edits."
    for how,at,new in edits:
        at,n = at%(len(data)+1),len(new)
        data = dict(put=lambda: data[:at]+new+data[at+n:], insert=lambda: data[:at]+new+data[at:], drop=lambda: data[:at]+data[at+n:], cut=lambda: data[:at],
                    repeat=lambda: data+data[at:at+64], fill=lambda: data[:at]+new[:1]*min(64, len(data)-at)+data[at+64:])[how]()
    return data


def rezipped(data, member, edits):
    "A zip whose checksums are right, with one member edited."
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as z, ZipFile(out, 'w') as new:
        names = z.namelist()
        for name in names: new.writestr(name, edited(z.read(name), edits) if name == names[member%len(names)] else z.read(name))
    return out.getvalue()


@lru_cache
def written(write):
    "The bytes that a function writes into a file."
    path = HERE/'written'
    write(path)
    return path.read_bytes()


def case(data, name):
    "A file with some bytes, in a folder of its own."
    path = HERE/'case'/name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


# Images
def images():
    "Format and mode → how to write one."
    def noise(mode, *size):
        a = np.random.default_rng(0).integers(0, 256, (*size, {'RGB':3,'RGBA':4,'CMYK':4}.get(mode, 1)), np.uint8)
        return Image.fromarray(a.squeeze(-1) if a.shape[-1] == 1 else a).convert(mode) if mode in ('1','P','L','LA') else Image.frombytes(mode, size[::-1], a.tobytes())
    exif = Image.Exif()
    exif[0x0112] = 6
    how = {'JPEG':({}, dict(progressive=True), dict(exif=exif)), 'PNG':({}, dict(exif=exif)), 'TIFF':({}, *(dict(compression=c) for c in ('tiff_lzw','tiff_adobe_deflate','packbits'))),
           'BMP':({},), 'WEBP':({}, dict(lossless=True))}
    modes = dict(JPEG=('RGB','L','CMYK'), PNG=('RGB','L','P','1','LA','RGBA'), TIFF=('RGB','L','P','CMYK','1'), BMP=('RGB','L','1','P'), WEBP=('RGB','RGBA'))
    return [lambda p, f=f, m=m, k=k: noise(m, 9, 7).save(p, f, **k) for f in how for m in modes[f] for k in how[f]]


IMAGES = images()

@given(st.sampled_from(IMAGES), EDITS)
def image(write, edits):
    "Bytes of an image: RGB, upright and loaded, or an error that names the file."
    path = case(edited(written(write), edits), 'odd image.jpg')
    with door('image', path.name, quiet=False):
        shown = open_image(path)
        if shown.mode != 'RGB' or len(shown.tobytes()) != 3*shown.width*shown.height: raise Wrong(f'it gives {shown}')


@given(st.sampled_from(IMAGES), st.sampled_from(IMAGES), st.binary(max_size=40), st.integers(0, 200))
def image_glued(a, b, between, at):
    "The beginning of one file and the rest of another."
    path = case(written(a)[:at]+between+written(b)[at:], 'odd image.png')
    with door('image', path.name, quiet=False): open_image(path)


@given(st.binary(max_size=200), st.sampled_from([b'', b'\xff\xd8\xff\xe0', b'\x89PNG\r\n\x1a\n', b'II*\0', b'MM\0*', b'II+\0\x08\0\0\0', b'BM', b'RIFF\x24\0\0\0WEBPVP8 ', b'GIF89a', b'%!PS-Adobe-3.0 EPSF-3.0\n', b'DDS ', b'8BPS', b'BLP2', b'\0\0\0\x1cftypavif']))
def image_bytes(data, head):
    "Any bytes, after the signature of some format."
    path = case(head+data, 'odd image.tif')
    with door('image', path.name, quiet=False): open_image(path)


@given(EDITS)
def cache(edits):
    "A cache's file and its partial file: the pixels are those of the images, whatever lies there."
    folder,paths = HERE/'cache',[]
    for i,write in enumerate(IMAGES[:14]):
        paths.append(HERE/f'cached{i}.png')
        if not paths[-1].exists(): write(paths[-1])
    for old in folder.glob('*'): old.unlink()
    PixelCache(paths, (5,4), folder)
    file, = (p for p in folder.iterdir() if not p.name.startswith('.'))
    (file.with_name(f'.{file.name}.part') if len(edits)%2 else file).write_bytes(edited(file.read_bytes(), edits))
    if len(edits)%2: file.unlink()
    with door('cache', 'cache'):
        if not np.array_equal(PixelCache(paths, (5,4), folder)[:].numpy(), [decode(p, (5,4)) for p in paths]): raise Wrong('other pixels')


# Configurations
class Unprintable:
    "What cannot be shown, at a door."
    armed = False
    def __repr__(self):
        if Unprintable.armed: raise RuntimeError('it cannot be shown')
        return 'Unprintable()'

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.integers(-2, 70), st.floats(), st.floats(-1, 2), st.text(max_size=8), st.binary(max_size=4), st.complex_numbers(),
                   st.sampled_from([10**400, -10**400, 2**63, math.nan, math.inf, 'yes', 'OFF', 'True', '1', 'nan', 'full', 'static', 'none', 'mini', Unprintable(), object, np.float32(.5),
                                    np.int64(3), np.bool_(True), np.nan, np.zeros(3), np.array(2), torch.tensor(3), torch.zeros(2), range(3), 1e308, -0.]))
KEYS = st.one_of(st.sampled_from(['v11','v12','v_g','t_p','s_att','fused','id','triplet','arcface']), st.text(max_size=4))
VALUES = st.recursive(LEAVES, lambda v: st.one_of(st.lists(v, max_size=3), st.lists(v, max_size=3).map(tuple), st.dictionaries(st.one_of(KEYS, st.integers(), st.none()), v, max_size=3),
                                                  st.frozensets(st.integers(), max_size=3)), max_leaves=6)
WORDS_OF = {f.name for c in (Config,CLIPReIDConfig,TransReIDConfig) for f in fields(c)}

def round_trip(cfg):
    "A configuration is what it was after it has been written as JSON and read."
    text = json.dumps(cfg.to_dict())
    back = type(cfg)(**json.loads(text))
    if back != cfg or json.dumps(back.to_dict()) != text: raise Wrong('it does not come back from JSON')
    if 'NaN' in text or 'Infinity' in text: raise Wrong(f'it holds what is no number: {text}')
    json.dumps(cfg.identity())


@given(st.sampled_from([Config,CLIPReIDConfig,TransReIDConfig]), st.dictionaries(st.sampled_from(sorted(WORDS_OF)), VALUES, min_size=1, max_size=2))
def config(kind, changes):
    "A value of any type for a field: taken whole, or refused by the name of the key."
    with door('config', *changes, 'heads', 'pad', 'stride'): round_trip(kind().but(**changes))


@given(st.sampled_from([Config,CLIPReIDConfig,TransReIDConfig]), st.dictionaries(st.text(max_size=10), VALUES, min_size=1, max_size=2))
def config_keys(kind, changes):
    "Any word as a key."
    with door('config', 'configuration key', *WORDS_OF): round_trip(kind().but(**changes))


ODD_WORDS = ['1_0', '0x10', '1e5', '1e999', '--1', '(20,40)', '20,', '[1', '{', "'", '"""', '1is', '\\d', '"\\d"', '9**9', 'lambda:0', '('*500, '9'*5000, '$(id)', ';id', '\0',
             '\ud800', '（1）', '１２', 'f"{1}"', 'b"x"', '...', '1j', '{"v11":("id",)}', '-'*3000+'1', '[]'*50, '{1:2,1:3}', '{[]:1}', 'None', 'True']
WORD = st.one_of(st.text(max_size=12), st.tuples(st.sampled_from(sorted(WORDS_OF)), st.sampled_from(['=','==',' = ',':','']), st.one_of(
    st.text(max_size=10), VALUES.map(ascii), st.sampled_from(ODD_WORDS))).map(''.join))

@given(st.lists(WORD, max_size=3), st.sampled_from(['occluded_duke/full','market1501/clipreid']))
def words(some, run):
    "The words of `changes`."
    text = ' '.join(some)
    with door('words', 'no change', 'given twice'): parse(text)
    with door('words', 'no change', 'given twice', 'configuration key', *WORDS_OF): round_trip(plan(run, 'mini', text)[1])


# Weights
def tensors(): return dict(a=torch.arange(6.).view(2,3), b=torch.zeros(2, dtype=torch.float16), c=torch.ones((), dtype=torch.int64), d=torch.zeros(0,3))


class Part(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(2, 2)
        self.register_buffer('known', torch.arange(3))
    def forward(self, x): return self.inner(x)


def archive(path):
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.jit.script(Part()).save(str(path))

def plain(path): torch.save(tensors(), path)
def old(path): torch.save(tensors(), path, _use_new_zipfile_serialization=False)
def nested(path): torch.save(dict(state_dict=tensors(), epoch=3, name='x'), path)
def safe(path): path.write_bytes(save(tensors()))


def checked(weights):
    "Tensors by name, all finite."
    if not all(isinstance(k, str) and torch.isfinite(v.float()).all() for k,v in weights.items()): raise Wrong(f'it gives {weights}')


def both(path):
    "A file of weights through both readers."
    with door('weights', path.name): checked(read_weights(path))
    with door('weights', path.name): checked(read_clip_weights(path)[0])


@given(st.sampled_from([archive,plain,old,nested,safe]), EDITS, st.sampled_from(['w.pt','w.safetensors']))
def weights(write, edits, name):
    "Bytes of a file of weights, of each form."
    both(case(edited(written(write), edits), name))


@given(st.sampled_from([archive,plain,nested]), st.integers(0, 20), EDITS)
def weights_members(write, member, edits):
    "A zip whose checksums are right, and one of whose members is not."
    both(case(rezipped(written(write), member, edits), 'w.pt'))


JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(-3, 2**64), st.floats(), st.text(max_size=5), st.sampled_from(['F32','F64','BF16','I64','BOOL','C64'])),
                    lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(st.one_of(st.text(max_size=4), st.sampled_from(['dtype','shape','data_offsets','a','__metadata__'])), v, max_size=3)), max_leaves=6)

def paths_of(obj, at=()):
    "Where the values of a nested object are."
    yield at
    for k,v in obj.items() if isinstance(obj, dict) else enumerate(obj) if isinstance(obj, list) else (): yield from paths_of(v, (*at,k))


def replaced(obj, which, value):
    "A copy of a nested object with one value replaced, or left out where `value` is Ellipsis."
    places = [*paths_of(obj)]
    at = places[which%len(places)]
    if not at: return {} if value is ... else value
    new = json.loads(json.dumps(obj))
    inner = new
    for k in at[:-1]: inner = inner[k]
    if value is ...: del inner[at[-1]]
    else: inner[at[-1]] = value
    return new


@given(st.integers(0, 99), st.one_of(JSON, st.just(...)))
def weights_header(which, value):
    "A safetensors file whose header says something else."
    data = written(safe)
    n = int.from_bytes(data[:8], 'little')
    head = json.dumps(replaced(json.loads(data[8:8+n]), which, value)).encode()
    both(case(len(head).to_bytes(8, 'little')+head+data[8+n:], 'w.safetensors'))


# Records of runs
RUN = 'occluded_duke/baseline'

def results():
    "A finished run of the repository, alone."
    to = HERE/'results/runs/mini'/RUN/'seed0'
    if to.exists(): shutil.rmtree(to)
    to.mkdir(parents=True)
    for name in ('metrics.json','queries.csv.gz','maps.npz'): shutil.copy(ROOT/'results/runs/mini'/RUN/'seed0'/name, to)
    return to


def reported(door_name, *names):
    "What the tables and figures read of it."
    for read in (lambda: finished_runs(RUN, 'mini', HERE/'results'), lambda: run_files(RUN, 'maps.npz', 'mini', HERE/'results'), lambda: maps_by_method(0, 'mini', HERE/'results')):
        with door(door_name, *names): read()


@given(st.integers(0, 300), st.one_of(JSON, st.just(...)))
def record_values(which, value):
    "A record with one value replaced or left out."
    file = results()/'metrics.json'
    file.write_text(json.dumps(replaced(json.loads(file.read_text()), which, value)))
    reported('records', 'seed0', 'seed 0')


@given(st.sampled_from(['metrics.json','queries.csv.gz','maps.npz']), EDITS)
def record_bytes(name, edits):
    "Bytes of a run's files."
    file = results()/name
    file.write_bytes(edited(file.read_bytes(), edits))
    reported('records', 'seed0', 'seed 0')


@given(st.integers(0, 9), EDITS)
def record_maps(member, edits):
    "Maps whose checksums are right, and one of whose arrays is not."
    file = results()/'maps.npz'
    file.write_bytes(rezipped(file.read_bytes(), member, edits))
    reported('records', 'seed0', 'seed 0')


@given(st.integers(0, 20), st.integers(0, 5), st.one_of(st.text(max_size=6), st.integers(), st.floats(), st.sampled_from(['', '1e999', '-1', '0.5', 'nan', '"', '9'*30])))
def record_queries(row, column, value):
    "A cell of queries.csv.gz replaced."
    file = results()/'queries.csv.gz'
    lines = table_text(file).splitlines()
    cells = lines[row].split(',')
    cells[column] = str(value)
    lines[row] = ','.join(cells)
    file.write_bytes(gzip.compress(('\n'.join(lines)+'\n').encode('utf-8', 'surrogatepass')))
    reported('records', 'seed0', 'seed 0')


@given(st.sampled_from(['whole.json','weights.safetensors','state.pt']), EDITS, st.booleans())
def checkpoint(name, edits, other):
    "A checkpoint with a file that is damaged, beside a whole one or alone."
    folder = HERE/'checkpoints'
    if folder.exists(): shutil.rmtree(folder)
    if other: write_checkpoint(folder, 1, tensors(), dict(rows=[1,2]))
    file = write_checkpoint(folder, 2, tensors(), dict(rows=[1,2]))/name
    file.write_bytes(edited(file.read_bytes(), edits))
    with door('checkpoint', folder.name, quiet=False): newest(folder)
    with door('checkpoint', folder.name): read_checkpoint(folder/'step_000002')


@given(st.integers(0, 9), st.one_of(JSON, st.just(...), st.just('deep')))
def checkpoint_hashes(which, value):
    "whole.json of another content."
    folder = HERE/'checkpoints'
    if folder.exists(): shutil.rmtree(folder)
    file = write_checkpoint(folder, 2, tensors(), {})/'whole.json'
    file.write_text('['*10**5 if value == 'deep' else json.dumps(replaced(json.loads(file.read_text()), which, value)))
    with door('checkpoint', folder.name, quiet=False): newest(folder)
    with door('checkpoint', folder.name): read_checkpoint(folder/'step_000002')


# Saved models, features, galleries, calibrations and joints
@lru_cache
def tiny():
    "A saved model: name → bytes, with a card."
    torch.manual_seed(0)
    net = build(profile('mini', weights='', blocks=1, size=(16,8)), 3)
    Embedder(net, dict(name='tiny', trained_on=dict(name='market1501', people=3, pictures=9), seed=0, clip='mini', test=None, threshold=None)).save_pretrained(HERE/'tiny')
    return {p.name:p.read_bytes() for p in (HERE/'tiny').iterdir()}


def fresh(files, name):
    "A folder with these files."
    folder = HERE/'case'/name
    if folder.exists(): shutil.rmtree(folder)
    for file,data in files.items():
        (folder/file).parent.mkdir(parents=True, exist_ok=True)
        (folder/file).write_bytes(data)
    return folder


def embeds(folder):
    "A model is loaded, used and described."
    with door('model', folder.name, quiet=False):
        model = Embedder.from_pretrained(folder, device='cpu')
        if not np.isfinite(model.embed(np.zeros((9,9,3), np.uint8)).features).all(): raise Wrong('it gives no numbers')
        model_card(model)


@given(st.sampled_from(['config.json','card.json','model.safetensors']), EDITS)
def model_bytes(name, edits):
    "Bytes of a saved model's files."
    embeds(fresh(tiny() | {name:edited(tiny()[name], edits)}, 'a model'))


@given(st.sampled_from(['config.json','card.json']), st.integers(0, 99), st.one_of(JSON, st.just(...)))
def model_values(name, which, value):
    "A value of a model's configuration or card replaced or left out."
    embeds(fresh(tiny() | {name:json.dumps(replaced(json.loads(tiny()[name]), which, value)).encode()}, 'a model'))


def some_features(n=12, width=4):
    x = np.random.default_rng(0).normal(size=(n,width)).astype(np.float32)
    return x/np.linalg.norm(x, axis=1, keepdims=True)

def feature_file(path):
    with path.open('wb') as f: np.savez(f, features=some_features(), names=np.array([f'{i}.jpg' for i in range(12)]), model='m', ids=np.arange(12)%3, cams=np.arange(12)%2)


def whole(read):
    "Features of a file, all of length 1."
    if abs(np.linalg.norm(read.features, axis=1)-1).max() > .01 or len(read.paths) != len(read.features): raise Wrong(f'it gives {read}')


@given(EDITS, st.integers(-1, 9))
def features_bytes(edits, member):
    "Bytes of a file of features, or of one of its arrays."
    data = written(feature_file)
    path = case(edited(data, edits) if member < 0 else rezipped(data, member, edits), 'f.npz')
    with door('features', path.name): whole(read_features(path))


ARRAYS = st.one_of(VALUES, st.sampled_from(['int8','float16','float64','complex64','bool','U3','S2','datetime64[s]','O']).flatmap(
    lambda t: st.sampled_from([(),(0,),(12,),(12,4),(0,4),(12,0),(3,4),(12,4,1)]).map(lambda s: np.ones(s, 'int64').astype(t))))

@given(st.sampled_from(['features','names','model','ids','cams','paths']), ARRAYS)
def features_values(key, value):
    "An array of a file of features replaced by another."
    with np.load(io.BytesIO(written(feature_file))) as f: held = dict(f)
    path = HERE/'case/f.npz'
    path.parent.mkdir(exist_ok=True)
    try:
        with warnings.catch_warnings(), path.open('wb') as f:
            warnings.simplefilter('ignore')
            np.savez(f, **held | {key:value})
    except Exception: return # numpy does not write it
    with door('features', path.name): whole(read_features(path))


@lru_cache
def small_gallery():
    "A gallery of two parts: name → bytes."
    folder = HERE/'kept gallery'
    gallery,x = Gallery(folder, 'm'),some_features()
    for rows in (slice(8), slice(8, 10)): gallery.add(x[rows], [f'{i}.jpg' for i in range(12)][rows], np.arange(12)[rows]%2, np.arange(12)[rows]%3, [dict(site='gate')]*len(x[rows]))
    return {p.relative_to(folder).as_posix():p.read_bytes() for p in sorted(folder.rglob('*')) if p.is_file()}


def searched(folder, checked):
    "A gallery is opened, read, searched and changed."
    with door('gallery', folder.name, 'features row', quiet=False):
        gallery = Gallery(folder, 'm')
        if checked: gallery.check()
        if len(gallery) and any(len(found) > 3 for found in gallery.search(some_features(2), [0,1], k=3)): raise Wrong('it finds more than asked for')
        gallery.add(some_features(12)[11:], ['new.jpg'])
        gallery.remove(['new.jpg'])


@given(st.integers(0, 20), EDITS, st.booleans())
def gallery_bytes(which, edits, checked):
    "Bytes of a gallery's manifest or parts."
    names = [k for k in small_gallery() if not k.endswith('.lock')]
    name = names[which%len(names)]
    searched(fresh(small_gallery() | {name:edited(small_gallery()[name], edits)}, 'a gallery'), checked)


@given(st.integers(0, 40), st.one_of(JSON, st.just(...)))
def gallery_manifest(which, value):
    "A manifest that says something else."
    searched(fresh(small_gallery() | {MANIFEST:json.dumps(replaced(json.loads(small_gallery()[MANIFEST]), which, value)).encode()}, 'a gallery'), True)


@given(st.dictionaries(st.sampled_from(['features','ids','cams','fmr']), st.one_of(ARRAYS, st.floats(0, 1)), min_size=1, max_size=2))
def calibration(changes):
    "A value of any kind for an argument of `calibrate`."
    told = dict(features=some_features(60), ids=np.arange(60)%15, cams=np.arange(60)//15, fmr=.2) | changes
    with door('calibration', *changes, 'pairs', 'people', 'row', 'calibration'):
        c = calibrate(**told)
        if not -1 <= c.threshold <= 1 or not 0 <= c.fmr <= 1: raise Wrong(f'it gives {c}')


CSV = 'name,'+','.join(f'{k}{i}' for i in range(14) for k in 'xys')+'\n'+''.join(f'{i}.png,'+','.join(f'{j+i/2},{2*j},0.{j}' for j in range(14))+'\n' for i in range(3))

def told_joints(data):
    "Joints of three images from a CSV."
    for i in range(3):
        if not (HERE/f'{i}.png').exists(): Image.new('RGB', (14,28)).save(HERE/f'{i}.png')
    path,images = case(data, 'joints.csv'),[HERE/f'{i}.png' for i in range(3)]
    with door('joints', path.name, *(p.name for p in images)): check_joints(ReadyJoints(path)(images), images)


@given(EDITS)
def joints_bytes(edits):
    "Bytes of a CSV of joints."
    told_joints(edited(CSV.encode(), edits))


@given(st.integers(0, 3), st.integers(0, 42), st.one_of(st.text(max_size=6), st.floats().map(str), st.sampled_from(['', '1e999', '-1', 'nan', 'inf', '"', '9'*30, '9'*5000, '1_0', '\0', '\ud800'])))
def joints_cells(row, column, value):
    "A cell of a CSV of joints replaced."
    lines = [line.split(',') for line in CSV.splitlines()]
    lines[row][column] = value
    told_joints('\n'.join(map(','.join, lines)).encode('utf-8', 'surrogateescape' if '\udc80' <= value <= '\udcff' else 'surrogatepass'))


DOORS = {image:800, image_glued:300, image_bytes:500, cache:60, config:1000, config_keys:200, words:800, weights:400, weights_members:300, weights_header:400,
         record_values:60, record_bytes:60, record_maps:30, record_queries:40, checkpoint:60, checkpoint_hashes:40,
         model_bytes:20, model_values:40, features_bytes:300, features_values:300, gallery_bytes:120, gallery_manifest:80, calibration:150, joints_bytes:300, joints_cells:300} # cases of each, at TIMES = 1


def tried(fn, n, times):
    "How many cases passed, and what is wrong."
    cases,start = [0],time.monotonic()
    inner = fn.hypothesis.inner_test
    def counted(*args, **kwargs):
        cases[0] += 1
        inner(*args, **kwargs)
    fn.hypothesis.inner_test = counted
    quick = settings(max_examples=math.ceil(n*times), deadline=None, database=None, derandomize=times == 1, report_multiple_bugs=False, suppress_health_check=[*HealthCheck],
                     phases=(Phase.generate,Phase.shrink))
    wrong = ''
    try: quick(seed(time.time_ns())(fn) if times != 1 else fn)()
    except Exception as e: wrong = f'\n    {type(e).__name__}: {e}\n    '+'\n    '.join(short(note) for note in getattr(e, '__notes__', []))
    print(f'{"FAIL" if wrong else "ok  "} {time.monotonic()-start:6.1f} s  {cases[0]:6,} cases  {fn.__name__}: {fn.__doc__.splitlines()[0]}{wrong}', flush=True)
    return cases[0],bool(wrong)


def main(times='1', *some):
    stderr = open(os.dup(2), 'w')
    faulthandler.dump_traceback_later(600*max(1, float(times)), exit=True, file=stderr) # what hangs is shown where it hangs
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2) # libtiff writes there of damaged files
    torch.set_num_threads(1)
    done = [tried(fn, n, float(times)) for fn,n in DOORS.items() if not some or any(w in fn.__name__ for w in some)]
    print(f'{sum(n for n,_ in done):,} cases, {sum(bad for _,bad in done)} doors of {len(done)} let something through')
    return any(bad for _,bad in done)


if __name__ == '__main__': sys.exit(main(*sys.argv[1:]))
