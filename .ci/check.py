#!/usr/bin/env python3
"""All that must hold before a change lands.

Runs every notebook of the library, two at a time, each in a process of its own with one thread; then checks the
repository. Each notebook counts as one, each check as one; a failure stops nothing. The last line is the count.

Usage: .venv/bin/python .ci/check.py [WORD]    only the notebooks and checks whose name contains WORD
"""
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from readme import convert

ROOT = Path(__file__).resolve().parent.parent
NBS = ROOT/'nbs'
EXPERIMENTS = NBS/'experiments'
BIN = Path(sys.executable).parent
ENV = dict(os.environ, OMP_NUM_THREADS='1', MKL_NUM_THREADS='1', HF_HUB_OFFLINE='1', PATH=f'{BIN}{os.pathsep}{os.environ["PATH"]}')
HEAVY = 'torchvision open_clip timm accelerate matplotlib pandas seaborn'.split()
MINUTES = 10 # no notebook may take longer


class Failed(Exception):
    "What is wrong, and what to do about it."


def sh(*command, cwd=ROOT):
    "Run a command and return what it printed."
    try: r = subprocess.run(command, cwd=cwd, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60*MINUTES)
    except subprocess.TimeoutExpired: raise Failed(f'{command[0]} took more than {MINUTES} minutes') from None
    if r.returncode: raise Failed((r.stdout+r.stderr).strip()[-6000:] or f'{command[0]} ended with {r.returncode}')
    return r.stdout


def cells(notebook): return json.loads(notebook.read_text(encoding='utf-8'))['cells']
def library(): return sorted(NBS.glob('[0-9]*.ipynb'))
def source(cell): return ''.join(cell['source'])


def contents(folder, pattern):
    "Name and bytes of each file under `folder`."
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob(pattern)) if p.is_file() and '.ipynb_checkpoints' not in p.parts}


def differing(a, b):
    "The names at which two of `contents` differ."
    return sorted(k for k in a.keys()|b.keys() if a.get(k) != b.get(k))


def copied(to):
    "A copy of what nbdev reads and writes, so that a check changes nothing here."
    shutil.copy(ROOT/'settings.ini', to)
    shutil.copytree(NBS, to/'nbs', ignore=shutil.ignore_patterns('.ipynb_checkpoints'))
    (to/'flannet').mkdir()
    shutil.copy(ROOT/'flannet/__init__.py', to/'flannet')
    return to


def runs(notebook):
    "The notebook runs from top to bottom, its slow cells too, but for those that need a GPU."
    if 'Success.' not in (out := sh('nbdev_test', '--path', str(notebook), '--n_workers', '0', '--flags', 'slow')): raise Failed(f'it did not run: {out}')


def modules():
    "flannet/*.py are what nbdev_export writes from the notebooks, no more and no less."
    with tempfile.TemporaryDirectory() as tmp:
        sh('nbdev_export', cwd=copied(Path(tmp)))
        diff = differing(contents(ROOT/'flannet', '*.py'), contents(Path(tmp)/'flannet', '*.py'))
    if diff: raise Failed(f'not as nbdev_export writes them: {", ".join(diff)}. Run `make export`; delete the module of a notebook that is gone')


def clean():
    "Notebooks are as nbdev_clean leaves them, and those of the experiments hold no outputs."
    with tempfile.TemporaryDirectory() as tmp:
        sh('nbdev_clean', cwd=copied(Path(tmp)))
        diff = differing(contents(NBS, '*.ipynb'), contents(Path(tmp)/'nbs', '*.ipynb'))
    if diff: raise Failed(f'not clean: {", ".join(diff)}. Run `make export`')
    full = [p.name for p in sorted(EXPERIMENTS.glob('*.ipynb')) if any(c.get('outputs') for c in cells(p))]
    if full: raise Failed(f'experiments are committed without outputs, but {", ".join(full)} has some')


def imported(notebook):
    "The modules of flannet that a notebook imports."
    code = '\n'.join(source(c) for c in cells(notebook) if c['cell_type'] == 'code')
    for node in ast.walk(ast.parse(re.sub(r'^\s*[%!].*', '', code, flags=re.M))):
        if isinstance(node, ast.Import): names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == 'flannet': names = [f'flannet.{a.name}' for a in node.names]
        elif isinstance(node, ast.ImportFrom): names = [node.module or '']
        else: continue
        yield from (n.split('.')[1] for n in names if n.startswith('flannet.'))


def order():
    "Numeric order is import order: a notebook imports from lower numbers, and in its tests from the module it wrote."
    number = {p.stem.split('_', 1)[1]: p.stem.split('_')[0] for p in library()}
    wrong = [f'{p.name} imports flannet.{m}' for p in library() for m in imported(p) if number.get(m, '~') > p.stem.split('_')[0]]
    if wrong: raise Failed('from a higher number: '+', '.join(wrong))


def parameters():
    "Each experiment has exactly one cell tagged `parameters`; without it papermill runs on with the defaults."
    count = {p.name: sum('parameters' in c['metadata'].get('tags', []) for c in cells(p)) for p in sorted(EXPERIMENTS.glob('*.ipynb'))}
    wrong = [f'{name} has {n}' for name,n in count.items() if n != 1]
    if wrong: raise Failed('exactly one cell is tagged `parameters`, but '+', '.join(wrong))


def light():
    "Importing all of flannet imports none of the packages that are slow to import."
    code = ('import flannet, pkgutil, sys; from importlib import import_module;'
            '[import_module("flannet."+m.name) for m in pkgutil.iter_modules(flannet.__path__)];'
            f'print(*[m for m in {HEAVY} if m in sys.modules])')
    if heavy := sh(sys.executable, '-c', code).strip(): raise Failed(f'`import flannet` imports {heavy}: import it in the function that uses it')


def readme():
    "README.md is what nbs/index.ipynb says."
    if convert(NBS/'index.ipynb') != (ROOT/'README.md').read_text(encoding='utf-8'): raise Failed('README.md is out of step with nbs/index.ipynb: run `make readme`')


def table(notebook, profile):
    "A table notebook writes the committed table again, byte by byte, from the committed results."
    tables = ROOT/'results/tables'
    before = contents(tables, '*')
    out = ROOT/'build/check'/profile/notebook.name
    out.parent.mkdir(parents=True, exist_ok=True)
    sh(sys.executable, '-m', 'flannet.runs', str(notebook.relative_to(ROOT)), str(out), '-p', 'profile', profile)
    if diff := differing(before, contents(tables, '*')): raise Failed(f'changed: {", ".join(diff)}. If the change is meant, commit it')


def untouched(before):
    "The work tree is as it was; in CI, where it was fresh, it is clean."
    if (now := status()) != before: raise Failed(f'the work tree was not left as it was:\n{now}')


def status():
    "What git sees in the work tree; None where there is no git."
    try: return sh('git', 'status', '--porcelain')
    except (Failed, FileNotFoundError): return None


def jobs():
    "All there is to do, by name; the slow ones first."
    for p in [*library(), *NBS.glob('index.ipynb')]: yield p.name, partial(runs, p)
    for profile in sorted(p.name for p in (ROOT/'results/tables').glob('*/')):
        for p in sorted([*EXPERIMENTS.glob('table*.ipynb'), *EXPERIMENTS.glob('cross_domain.ipynb')]): yield f'{p.stem} rebuilt, {profile}', partial(table, p, profile)
    yield 'modules as exported', modules
    yield 'notebooks clean', clean
    yield 'numeric order is import order', order
    if any(EXPERIMENTS.glob('*.ipynb')): yield 'one parameters cell', parameters
    yield 'light import', light
    yield 'README in step', readme


def attempt(name, job):
    "Do one job, say how it went, and return whether it passed."
    start,problem = time.monotonic(),''
    try: job()
    except Failed as e: problem = str(e)
    except Exception as e: problem = f'{type(e).__name__}: {e}'
    text = f'{"FAIL" if problem else "ok  "} {time.monotonic()-start:6.1f} s  {name}'
    print('\n    '.join([text, *problem.splitlines()]), flush=True)
    return not problem


def main(word=''):
    start,before = time.monotonic(),'' if os.environ.get('CI') else status()
    todo = [(n,j) for n,j in jobs() if word in n]
    with ThreadPoolExecutor(2) as pool: passed = [f.result() for f in as_completed([pool.submit(attempt, *t) for t in todo])]
    if passed and before is not None and status() is not None: passed.append(attempt('work tree untouched', partial(untouched, before)))
    print(f'in {time.monotonic()-start:.0f} s')
    print(f'{sum(passed)} passed, {len(passed)-sum(passed)} failed')
    return 0 if passed and all(passed) else 1


if __name__ == '__main__': sys.exit(main(*sys.argv[1:]))
