#!/usr/bin/env python3
"""All that must hold before a change lands.

Runs every notebook of the library and every tutorial, two at a time, each in a process of its own with one thread;
then checks the repository. Each notebook counts as one, each check as one; a failure stops nothing. The last line is the count.

Usage: .venv/bin/python .ci/check.py [WORD]    only the notebooks and checks whose name contains WORD
"""
import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from readme import convert
from readme import LISTED
from readme import PAGES

ROOT = Path(__file__).resolve().parent.parent
NBS = ROOT/'nbs'
EXPERIMENTS = NBS/'experiments'
BIN = Path(sys.executable).parent
ENV = dict(os.environ, OMP_NUM_THREADS='1', MKL_NUM_THREADS='1', HF_HUB_OFFLINE='1', PATH=f'{BIN}{os.pathsep}{os.environ["PATH"]}')
HEAVY = 'torchvision open_clip timm accelerate matplotlib pandas seaborn scipy huggingface_hub torch._dynamo'.split()
EXTRAS = 'accelerate pandas matplotlib seaborn h5py transformers pyarrow faiss psycopg onnx gradio'.split() # what no one needs who embeds, searches and trains
REPORTS = 'table* figure* words robustness claims deviations conditions cross_domain'.split() # notebooks that only read results
WRITTEN = 'tables','figures' # below results
PIP = sys.executable,'-m','pip','-q','--disable-pip-version-check'
MINUTES = 10 # no notebook may take longer
BELOW = dict(method='', data='', evaluation='method data', training='method data evaluation', baselines='method data evaluation training',
             reproduce='method data evaluation training baselines', retrieval='method data evaluation training baselines reproduce', command='') # chapter → what it may import, beside core


class Failed(Exception):
    "What is wrong, and what to do about it."


class Skipped(Exception):
    "What was not checked, and why."


def sh(*command, cwd=ROOT):
    "Run a command and return what it printed."
    try: r = subprocess.run(command, cwd=cwd, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60*MINUTES)
    except subprocess.TimeoutExpired: raise Failed(f'{command[0]} took more than {MINUTES} minutes') from None
    if r.returncode: raise Failed((r.stdout+r.stderr).strip()[-6000:] or f'{command[0]} ended with {r.returncode}')
    return r.stdout


def cells(notebook): return json.loads(notebook.read_text(encoding='utf-8'))['cells']
def library(): return [NBS/'core.ipynb', *sorted(NBS.glob('*/[0-9]*.ipynb'), key=lambda p: p.name), NBS/'command.ipynb']
def tutorials(): return sorted((NBS/'tutorials').glob('*.ipynb'))
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
    "The notebook runs from top to bottom, its slow cells too, but for those that need a GPU, and prints the words that it printed when it was committed."
    sh(sys.executable, str(ROOT/'.ci/notebook.py'), str(notebook))


def posed():
    "With the extra `pose`: the notebook of joints runs with ViTPose's own class, by `transformers`."
    wanted = re.search(r'^pose_requirements = (.+)$', (ROOT/'settings.ini').read_text(), re.M)[1]
    with tempfile.TemporaryDirectory() as tmp:
        try: sh(*PIP, 'install', '--target', tmp, '-c', 'constraints.txt', wanted)
        except Failed as e:
            if re.search('connection|resolution|retrying', str(e), re.I): raise Skipped('the package registry does not answer') from None
            raise
        notebook = str(NBS/'baselines/42_poses.ipynb')
        said = sh('env', f'PYTHONPATH={tmp}', 'nbdev_test', '--path', notebook, '--n_workers', '0', '--flags', 'slow')
        if 'Success.' not in said: raise Failed(f'it did not run: {said}')


def modules():
    "flannet/**/*.py are what nbdev_export writes from the notebooks, no more and no less."
    with tempfile.TemporaryDirectory() as tmp:
        sh('nbdev_export', cwd=copied(Path(tmp)))
        diff = differing(contents(ROOT/'flannet', '*.py'), contents(Path(tmp)/'flannet', '*.py'))
    if diff: raise Failed(f'not as nbdev_export writes them: {", ".join(diff)}. Run `make export`; delete the module of a notebook that is gone')
    sh(sys.executable, "-W", "error", "-c", "import pathlib,sys; [compile(p.read_text(encoding=\"utf-8\"), str(p), \"exec\") for p in pathlib.Path(sys.argv[1]).rglob(\"*.py\")]", str(ROOT/"flannet")) # of what newer Pythons warn users


def clean():
    "Notebooks are as nbdev_clean leaves them, and those of the experiments hold no outputs."
    with tempfile.TemporaryDirectory() as tmp:
        sh('nbdev_clean', cwd=copied(Path(tmp)))
        diff = differing(contents(NBS, '*.ipynb'), contents(Path(tmp)/'nbs', '*.ipynb'))
    if diff: raise Failed(f'not clean: {", ".join(diff)}. Run `make export`')
    here = [p.name for p in NBS.rglob('*.ipynb') if any(path in json.dumps(c.get('outputs', [])) for c in cells(p) for path in (str(ROOT), 'site-packages', str(Path.home())))]
    if here: raise Failed(f'outputs tell whose machine they were made on: {", ".join(here)}')
    full = [p.name for p in sorted(EXPERIMENTS.glob('*.ipynb')) if any(c.get('outputs') for c in cells(p))]
    if full: raise Failed(f'experiments are committed without outputs, but {", ".join(full)} has some')


def trees(notebook):
    "Its code, parsed: a cell each."
    for c in cells(notebook):
        if c['cell_type'] == 'code': yield ast.parse(re.sub(r'^\s*[%!].*', '', source(c), flags=re.M))


def module(notebook):
    "The module that a notebook writes, without `flannet.`: `method.tokens`."
    return next((m[1] for c in cells(notebook) if (m := re.search(r'^#\| default_exp (\S+)', source(c), re.M))), '')


def imported(notebook):
    "The modules of flannet that a notebook imports, as `method.tokens`, and the names that it takes from each."
    from flannet import CONTENTS
    for node in (n for tree in trees(notebook) for n in ast.walk(tree)):
        if isinstance(node, ast.Import): yield from ((a.name.removeprefix('flannet.'), '') for a in node.names if a.name.startswith('flannet.'))
        elif isinstance(node, ast.ImportFrom) and node.module == 'flannet': yield from ((CONTENTS.get(a.name, a.name), a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or '').startswith('flannet.'):
            m = node.module.removeprefix('flannet.')
            yield from ((f'{m}.{a.name}','') if (ROOT/'flannet'/m.replace('.', '/')).is_dir() else (m,a.name) for a in node.names)


def names():
    "The modules use no name that they do not have, and import none that they do not use."
    try: sh(sys.executable, '-m', 'pyflakes', str(ROOT/'flannet'))
    except Failed as e:
        if wrong := [line for line in str(e).splitlines() if 'redefinition of unused' not in line]: raise Failed('\n'.join(wrong)) from None # @patch redefines


def none_of(faults):
    "A check that yields what is wrong."
    if wrong := [*faults()]: raise Failed('\n'.join(wrong))


def order():
    "Number order is import order through all chapters, and a chapter imports only from those that `BELOW` gives it."
    number = {module(p): i for i,p in enumerate(library())}
    for p in library():
        own = module(p)
        for m,_ in imported(p):
            if number.get(m, 99) > number[own]: yield f'{p.name} imports flannet.{m}, which has a higher number'
            chapters = own.split('.')[0],m.split('.')[0]
            if chapters[0] != chapters[1] != 'core' and chapters[1] not in BELOW[chapters[0]].split(): yield f'{p.name} imports flannet.{m}: chapter {chapters[0]} is not above {chapters[1]}'


def surface():
    "No module or chapter bears a public name, no private name crosses modules, and the table of contents holds."
    import flannet
    from importlib import import_module
    modules = [module(p) for p in library()]
    public = {name for m in modules for name in import_module(f'flannet.{m}').__all__} | {*flannet.CONTENTS}
    yield from (f'flannet.{m} bears the name of a function or class' for m in modules if public & {*m.split('.')})
    yield from (f'{p.name} imports {name}, which is private to flannet.{m}' for p in NBS.rglob('*.ipynb') for m,name in imported(p) if name.startswith('_'))
    yield from (f'flannet.{name} is not in flannet.{m}' for name,m in flannet.CONTENTS.items() if not hasattr(import_module(f'flannet.{m}'), name))


def small():
    "No exported cell has more than 40 lines, and no exported line more than 120 characters."
    for p in library():
        for i,c in enumerate(cells(p), 1):
            if not re.search(r'^#\| ?exports?\b', source(c), re.M): continue
            lines = [line for line in source(c).splitlines() if line.strip() and not line.startswith('#|')]
            if len(lines) > 40: yield f'{p.name}, cell {i} has {len(lines)} lines: make two of it'
            yield from (f'{p.name}, cell {i} has a line of {len(line)} characters: {line.strip()[:60]}…' for line in lines if len(line) > 120)


def parameters():
    "Each experiment has exactly one cell tagged `parameters`; without it papermill runs on with the defaults."
    count = {p.name: sum('parameters' in c['metadata'].get('tags', []) for c in cells(p)) for p in sorted(EXPERIMENTS.glob('*.ipynb'))}
    wrong = [f'{name} has {n}' for name,n in count.items() if n != 1]
    if wrong: raise Failed('exactly one cell is tagged `parameters`, but '+', '.join(wrong))


def light():
    "Importing flannet imports no package at all, and importing all of its modules none that is slow to import, but torch."
    modules = '[import_module(m.name) for m in pkgutil.walk_packages(flannet.__path__, "flannet.")]'
    for what,heavy in (('pass', ['torch','numpy']), ('flannet.Embedder', HEAVY), (modules, HEAVY)):
        code = f'import flannet, pkgutil, sys; from importlib import import_module; {what}; print(*[m for m in {heavy} if m in sys.modules])'
        if found := sh(sys.executable, '-c', code).strip(): raise Failed(f'`import flannet; {what}` imports {found}: import it in the function that uses it')


def readme():
    "README.md and docs/result.md are what their notebooks say."
    if wrong := [page for page in (*PAGES, LISTED) if convert(page) != (ROOT/page).read_text(encoding='utf-8')]: raise Failed(f'out of step with its notebook: {", ".join(wrong)}. Run `make readme`')


def rebuilt(profile):
    "The notebooks of tables and figures write all committed tables and figures again, byte by byte, from the committed results."
    notebooks = [str(p) for kind in REPORTS for p in sorted(EXPERIMENTS.glob(f'{kind}.ipynb'))]
    code = ('import sys; import matplotlib; matplotlib.use("Agg"); import matplotlib.pyplot as plt; from flannet.reproduce.notebooks import run_plain\n'
            'for p in sys.argv[3:]: run_plain(p, dict(profile=sys.argv[1], results=sys.argv[2])); plt.close("all")')
    with tempfile.TemporaryDirectory() as tmp:
        for p in (ROOT/'results').iterdir():
            if p.name not in WRITTEN: (Path(tmp)/p.name).symlink_to(p)
        sh(sys.executable, '-c', code, profile, tmp, *notebooks)
        diff = [f'{w}/{name}' for w in WRITTEN for name in differing(contents(ROOT/'results'/w/profile, '*'), contents(Path(tmp)/w/profile, '*'))]
    if diff: raise Failed(f'not as the notebooks write them from results/runs: {", ".join(diff)}. If the change is meant, run `make tables` and commit it')


def shown():
    "What library notebooks, tutorials, README and docs/result.md show of the results is what the files say."
    code = ('import json, sys; from execnb.shell import CaptureShell; shell = CaptureShell(sys.argv[1])\n'
            'print(json.dumps([shell.run(source) for source in json.load(sys.stdin)]))')
    def text(outputs): return [''.join(o.get('data', o).get(kind, '')) for o in outputs for kind in ('text/markdown','text/html','text/plain','text')]
    wrong = [f'{p.name}, which was never executed' for p in tutorials() if not any(c.get('outputs') for c in cells(p))]
    for p in [*library(), *tutorials(), *(ROOT/p for p in PAGES.values())]:
        reads = [c for c in cells(p) if c['cell_type'] == 'code' and ("../results/" in source(c) or source(c).startswith('#| echo: false'))]
        imports = [c for c in cells(p) if c['cell_type'] == 'code' and re.fullmatch(r'((#.*|import .*|from .*)?\n?)*', source(c))] if reads else []
        if not reads: continue
        r = subprocess.run([sys.executable, '-c', code, str(p.parent)], input=json.dumps([source(c) for c in imports+reads]), env=ENV, cwd=p.parent, capture_output=True, text=True, timeout=60*MINUTES)
        if r.returncode: raise Failed(f'{p.name}: {r.stderr[-6000:]}')
        found = json.loads(r.stdout.splitlines()[-1])[len(imports):]
        wrong += [f'{p.name}, the cell {source(c)[:60]!r}…' for c,outputs in zip(reads, found) if text(outputs) != text(c['outputs'])]
    if wrong: raise Failed(f'not what the files in results/ say: {"; ".join(wrong)}. Execute the notebook again, then `make export` and `make readme`')


def committed():
    "Each run in results was made by committed code, as CONTRIBUTING promises, and what is committed of results stays under 40 MB."
    records = {p:json.loads(p.read_text(encoding='utf-8')) for p in (ROOT/'results').rglob('metrics.json')}
    bad = [str(p.parent.relative_to(ROOT)) for p,r in records.items() if any(m['dirty'] for m in (r['machine'], *r.get('earlier_machines', [])))]
    if bad: raise Failed(f'made with changed files: {", ".join(sorted(bad))}. Commit, delete their folders, and run `make tables`')
    if status() is None: return # without git nobody knows what is committed
    size = sum((ROOT/p).stat().st_size for p in sh('git', 'ls-files', 'results').splitlines() if (ROOT/p).exists())
    if size > 40e6: raise Failed(f'results has {size/1e6:.0f} MB: leave out or compress what no table or figure reads')


def cards():
    "The cards in data/*/README.md have one shape, and say the numbers of the files beside them."
    from flannet.data.synth import VARIANTS
    texts = {p.parent.name:p.read_text(encoding='utf-8') for p in sorted((ROOT/'data').glob('*/README.md')) if p.parent.name == 'people' or (p.parent/'card.json').exists()}
    shape = ['What it is for','What it is not for','In and out','Made from','Measured','Terms']
    yield from (f'data/{name}/README.md has other headings than {shape}' for name,text in texts.items() if re.findall('^## (.*)', text, re.M) != shape)
    clip,pose = (json.loads((ROOT/f'data/{name}/card.json').read_text()) for name in ('mini-clip','mini-pose'))
    held,called,duke = pose['held_out'],pose['called_hidden'][f'gamma {pose["gamma"]}'],VARIANTS['synth_occluded_duke']
    shared,easy = (''.join(''.join(o['data']['text/plain']) for c in cells(NBS/'data/13_synth.ipynb') if key in source(c) for o in c.get('outputs', [])) for key in ("f'{shared} of", 'found = {name:baselines'))
    easy = ast.literal_eval(easy)['synth_occluded_duke']
    facts = {'mini-clip':[f'{clip["images"]:,} images with {clip["captions"]:,} different captions, {clip["epochs"]} epochs of {clip["batch"]}', f'{clip["held_out"]} held-out', f'{clip["seconds"]/60:.0f} minutes',
                          *(f'{100*v:.1f} %' for v in clip['retrieval_at_1'].values())],
             'mini-pose':[f'{pose["images"]:,} images', f'{pose["epochs"]} epochs of {pose["batch"]}, seed {pose["seed"]}', f'{pose["seconds"]/60:.0f} minutes', f'{held["images"]:,} images of {held["people"]} other people', f'peak of {pose["gamma"]}',
                          f'AUC of {held["auc"]:.3f}', *(f'{100*v:.1f} %' for v in (held['hidden'], held['near'], called['hidden_called_hidden'], called['seen_called_hidden']))],
             'people':[f'{shared[1:-1].replace("of", "of the")} test people', f'{duke.train} training, {duke.validation} validation and {duke.test} test identities, {len(duke.cameras)} cameras; {duke.train*duke.images:,} training', f'{duke.test*duke.query:,} queries',
                       f'{duke.test*duke.gallery+duke.distractors:,} in the gallery, with {duke.distractors} distractors', f'{easy["queries"]} queries', f'{100*easy["histogram"]:.1f} %', f'{100*easy["oracle"]:.1f} %',
                       f'{100*easy["visible"][0]:.0f} % to {100*easy["visible"][-1]:.0f} % shows']}
    yield from (f'data/{name}/README.md does not say "{fact}"' for name,said in facts.items() for fact in said if fact not in texts[name])


def grid(*args, cwd, wait=True, **config):
    "Snakemake on the grid, in a folder and a group of processes of its own; the running process, or what it printed."
    command = [str(BIN/'snakemake'), '-s', str(EXPERIMENTS/'Snakefile'), *args, '--config', *(f'{k}={v}' for k,v in config.items())]
    p = subprocess.Popen(command, cwd=cwd, env=ENV | dict(HF_HOME=str(cwd)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    if not wait: return p
    out = p.communicate(timeout=60*MINUTES)[0]
    return p.returncode,out


def planned():
    "Reports alone train nothing, and no run that is there is trained again. For the paper the grid is exactly the runs of its tables and figures, and what they miss is named, joints for PFD too; nothing runs without it."
    from flannet.reproduce.runs import seeds_of, trainings
    here = dict(cwd=ROOT, profile='mini', data=ROOT/'data', results=ROOT/'results')
    code,out = grid('-n', **here, trains='no')
    if left := [line for line in re.findall(r'^Job \d+: (.*)$', out, re.M) if not line.startswith('report ')] or code*[out]: raise Failed(f'reports alone would run {"; ".join(left)}')
    code,out = grid('-n', **here)
    again = [(run,seed) for run,seed in re.findall(r'^Job \d+: train (\S+), seed (\d+)$', out, re.M) if (ROOT/f'results/runs/mini/{run}/seed{seed}/metrics.json').exists()]
    if again or code: raise Failed(f'trained already, but a test, a look or the notebook is missing, and the weights are gone: {again or out}')
    with tempfile.TemporaryDirectory() as tmp:
        code,out = grid('-n', '-p', **here | dict(results=f'{tmp}/results'), reports='deviations')
        for line in re.findall(r'^.*flannet run .*$', out, re.M):
            words = shlex.split(line.partition('flannet run ')[2].partition(' > ')[0])
            given = words[words.index('-p'):]
            if len(given) % 3 or {*given[::3]} != {'-p'}: raise Failed(f'not a name and a value after each -p: {line.strip()}')
        if code or "-p changes ''" not in out: raise Failed(f'no training of our choice among the alternatives: {out}')
        sets = Path(tmp)/'set'
        people(sets/'market1501')
        for folder in (sets/f'occluded_reid/{kind}_body_images/{who:03}' for kind in ('occluded','whole') for who in (1,2)): # no images to train on
            folder.mkdir(parents=True)
            shutil.copy(next((sets/'market1501/query').iterdir()), folder/f'{folder.name}_01.jpg')
        kept = dict(market1501=('train-bounding_box_train','query-query','gallery-bounding_box_test'), occluded_reid=('query-occluded_body_images','gallery-whole_body_images'))
        for there in (False,True):
            for name,files in kept.items():
                (sets/name/'poses').mkdir(exist_ok=True)
                for file in files*there: (sets/f'{name}/poses/{file}.npz').touch()
            said = grid('-n', cwd=tmp, profile='paper', data=sets, results=f'{tmp}/results', reports='table1 table2')[1]
            found = {name for name in kept if f'missing: the joints of {name}' in said}
            if any('missing: the joints' in line or '/pfd' in line for line in grid('-n', cwd=tmp, profile='paper', data=sets, results=f'{tmp}/results', reports='table1 table2', without='pfd')[1].splitlines()): raise Failed('PFD was to be left out, but is not')
            if found != (set() if there else {*kept}): raise Failed(f'joints are {"there" if there else "not there"}, but it misses those of {found}: {said}')
        wanted = dict(cwd=tmp, profile='paper', data=tmp, results=f'{tmp}/results')
        code,out = grid('-n', **wanted)
        found = re.findall(r'^Job \d+: train (\S+), seed (\d+)$', out, re.M)
        if code or sorted(found) != sorted((run,str(seed)) for run in trainings(profile_name='paper') for seed in seeds_of(run, 'paper')): raise Failed(f'not the runs of the paper: {out}')
        named = re.findall(r'^missing: (?:the weights )?\'?(\w+)', out, re.M)
        if len(named) != 8 or not {'openai','orig_in21k_ft_in1k'} <= {*named}: raise Failed(f'six data sets and the weights of two towers are missing, but it says {named}')
        code,out = grid(**wanted)
        if not code or '8 data sets, weights or joints are missing' not in out or (Path(tmp)/'results').exists(): raise Failed(f'it ran without data: {out}')


def people(root):
    "A few images of nobody, named as in Market-1501."
    import numpy as np
    from PIL import Image
    rng = np.random.default_rng(0)
    for folder,ids in (('bounding_box_train',range(1,9)),('query',range(9,13)),('bounding_box_test',range(9,13))):
        (root/folder).mkdir(parents=True)
        for name in (f'{i:04}_c{c}s1_{k:06}_00.jpg' for i in ids for c in (1,2) for k in (0,1)):
            Image.fromarray(rng.integers(0, 256, (32,16,3), np.uint8)).save(root/folder/name)


def killed():
    "A grid that is killed in the middle and started again ends with the files of one that was left alone, and repeats nothing."
    runs,files = [f'runs/mini/folder/{v}/seed1' for v in ('baseline','full')],('weights.safetensors','log.csv','queries.csv.gz')
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        people(tmp/'people')
        def start(results, cores=1, **how):
            return grid('--cores', str(cores), *(f'{results}/{r}/metrics.json' for r in runs), cwd=tmp, data='people', results=results,
                        changes='epochs=2 weights= ids_per_batch=4 pics_per_id=2 blocks=1 checkpoint_minutes=0', **how)
        process,there,begun = start('killed', wait=False),[tmp/'killed'/r for r in runs],time.monotonic()
        def state(r): return 'done' if (r/'metrics.json').exists() and not (r/'checkpoints').exists() else 'begun' if any(r.glob('checkpoints/step_*')) else ''
        while process.poll() is None and sorted(map(state, there)) != ['begun','done'] and time.monotonic()-begun < 60*MINUTES: time.sleep(.02)
        if process.poll() is not None: raise Failed(f'it ended before it was killed: {process.communicate()[0]}')
        os.killpg(process.pid, 9)
        process.communicate()
        done = [r for r in there if state(r) == 'done']
        before = [(r/f).stat().st_mtime_ns for r in done for f in files]
        for results,cores in (('killed',1),('calm',2)):
            code,out = start(results, cores)
            if code: raise Failed(out)
        if not before or before != [(r/f).stat().st_mtime_ns for r in done for f in files]: raise Failed(f'{len(done)} runs were done when it was killed, and what was done ran again')
        for r in runs:
            a,b = (contents(tmp/results/r, '*') for results in ('killed','calm'))
            records = [{k:v for k,v in json.loads(c.pop('metrics.json')).items() if k not in ('seconds','peak_memory','machine')} for c in (a,b)]
            if differing(a, b) or records[0] != records[1]: raise Failed(f'{r} differs: {differing(a, b) or "metrics.json"}')


def harmless():
    "A shell takes the user's words for words, whatever is in them."
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        people(tmp/'people')
        acts = '$(touch${IFS}acted);touch${IFS}acted;`touch${IFS}acted`'
        code,out = grid('--cores', '1', 'results/runs/mini/folder/baseline/seed1/metrics.json', cwd=tmp, data='people', results='results',
                        changes=f'epochs=1 weights= ids_per_batch=4 pics_per_id=2 blocks=1 tracker={acts}')
        said = ''.join(p.read_text() for p in tmp.glob('build/log/**/*.txt'))
        if not code or acts not in said: raise Failed(f'the word did not arrive as it is: {said or out}')
        if acted := [*tmp.rglob('acted')]: raise Failed(f'a word was executed: {acted}')
        for name,word in dict(DATA='x;touch acted', PROFILE='$(shell touch acted)', OUT='`touch acted`', CHANGES='$(shell touch acted)').items():
            r = subprocess.run(['make', '-f', ROOT/'Makefile', 'help', f'{name}={word}'], cwd=tmp, capture_output=True, text=True)
            if not r.returncode or f'{name} must have no' not in r.stderr or (tmp/'acted').exists(): raise Failed(f'make took {name}={word}: {r.stdout}{r.stderr}')


def unhosted():
    "No training step mixes devices or waits for the host."
    sh(sys.executable, str(ROOT/'.ci/fake.py'))


def odd():
    "Odd inputs by the thousand are read rightly, or refused by an error that names them."
    sh(sys.executable, str(ROOT/'.ci/odd.py'))


def site():
    "The site builds without a warning, and a browser finds nothing wrong with its pages."
    if (said := sh(sys.executable, str(ROOT/'.ci/site.py'))).startswith('skipped'): raise Skipped(said)


def packed():
    "The wheel alone embeds, searches and calibrates, and says what it is: one pure wheel of 10 MB at most, installed without its requirements, away from the clone, and without what extras bring. A network of the quick profile trains from it, and what it trained embeds, too."
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        source,site,away = tmp/'source',tmp/'site',tmp/'away'
        for folder in ('flannet','data/mini-clip','data/mini-flannet'): shutil.copytree(ROOT/folder, source/folder, ignore=shutil.ignore_patterns('__pycache__'))
        for name in ('setup.py','settings.ini','README.md'): shutil.copy(ROOT/name, source)
        sh(*PIP, 'wheel', '--no-deps', '--no-build-isolation', '-w', str(tmp/'made'), str(source))
        made = [*(tmp/'made').iterdir()]
        if len(made) != 1 or not made[0].name.endswith('-py3-none-any.whl') or made[0].stat().st_size > 10e6: raise Failed(f'not one pure wheel of 10 MB at most: {[(p.name, p.stat().st_size) for p in made]}')
        sh(*PIP, 'install', '--no-deps', '--target', str(site), str(made[0]))
        said = next(site.glob('*.dist-info/METADATA')).read_text(encoding='utf-8')
        if lacks := [w for w in ('\nDescription-Content-Type: text/markdown','\nClassifier: Programming Language :: Python :: 3.10\n','\n# flannet\n') if w not in said]: raise Failed(f'the wheel does not say of itself: {lacks}')
        if dead := re.findall(r'\]\((?!https?:|#)[^)]*', said): raise Failed(f'links of the wheel\'s description that lead nowhere: {dead}')
        people(away/'people')
        code = (f'import sys; sys.modules.update(dict.fromkeys({EXTRAS}))\n' # as where they are not installed
                'import flannet, numpy as np; from flannet import Embedder, FLaNNet, load_split, profile, train; from flannet.command import main; assert flannet.__file__.startswith(sys.argv[1])\n'
                'assert main(["embed", "people/query", "--out", "query.npz"]) == 0; assert np.load("query.npz")["features"].shape == (16,256)\n'
                'assert main(["search", "query.npz", "query.npz"]) == main(["calibrate", "query.npz", "--fmr", ".2"]) == 0\n'
                'train(FLaNNet(8, profile("quick", epochs=1, ids_per_batch=4, pics_per_id=2, blocks=1)), load_split("folder", "people"), "run")\n'
                'assert len(Embedder.from_pretrained("run").embed("people/bounding_box_test")) == 16')
        r = subprocess.run([sys.executable, '-W', 'ignore', '-c', code, str(site)], cwd=away, env=ENV | dict(PYTHONPATH=str(site)), capture_output=True, text=True, timeout=60*MINUTES)
        if r.returncode: raise Failed(f'from the wheel it does not work: {(r.stdout+r.stderr).strip()[-6000:]}')


def visited():
    "The demo in a browser: it follows a drag, takes and refuses uploads, asks no other host, fits a phone and a screen reader."
    if (said := sh(sys.executable, str(ROOT/'.ci/browser.py'))).startswith('skipped'): raise Skipped(said)


def untouched(before):
    "The work tree is as it was; in CI, where it was fresh, it is clean."
    if (now := status()) != before: raise Failed(f'the work tree was not left as it was:\n{now}')


def pictured():
    "Figures 1 and 4 are drawn of images whose person nobody has outlined, as real ones: from `maps.npz` alone, without `looks.csv.gz`."
    import numpy as np
    from flannet.data.sets import DATASETS
    from flannet.reproduce.runs import NAMES, plan
    data = dict(name='occluded_duke', hash='', **{part:dict(people=n[0], pictures=n[1]) for part,n in DATASETS['occluded_duke'].counts.items()})
    with tempfile.TemporaryDirectory() as tmp:
        for name,seed in ((f'occluded_duke/{v}', seed) for v in NAMES for seed in (0,1)):
            run,old = (Path(runs)/name/f'seed{seed}' for runs in (f'{tmp}/runs/paper', ROOT/'results/runs/mini'))
            run.mkdir(parents=True)
            record = json.loads((old/'metrics.json').read_text(encoding='utf-8'))
            (run/'metrics.json').write_text(json.dumps(record | dict(run=f'paper/{name}', config=plan(name, 'paper', seed=seed)[1].to_dict(), data=data)), encoding='utf-8')
            shutil.copy(old/'queries.csv.gz', run)
            with np.load(old/'maps.npz') as maps: np.savez_compressed(run/'maps.npz', **{k:maps[k] for k in maps if k != 'labels'} | dict(occluder=np.array(['']*len(maps['name']))))
        for figure in ('figure1','figure4'):
            sh(sys.executable, '-c', 'import sys, matplotlib; matplotlib.use("Agg"); from flannet.reproduce.notebooks import run_plain; run_plain(sys.argv[1], dict(profile="paper", results=sys.argv[2]))', str(EXPERIMENTS/f'{figure}.ipynb'), tmp)
            said = (Path(tmp)/f'figures/paper/{figure}.txt').read_text(encoding='utf-8')
            if 'left out' in said or 'no seed' in said: raise Failed(f'{figure} shows nothing of runs that have been measured: {said}')


def status():
    "What git sees in the work tree; None where there is no git."
    try: return sh('git', 'status', '--porcelain')
    except (Failed, FileNotFoundError): return None


def jobs():
    "All there is to do, by name; the slow ones first."
    for p in [*library(), *tutorials(), *(ROOT/p for p in PAGES.values())]: yield p.name, partial(runs, p)
    for profile in sorted({'mini', *(p.name for p in (ROOT/'results/tables').glob('*/'))}): yield f'tables and figures rebuilt, {profile}', partial(rebuilt, profile)
    yield 'figures of real images', pictured
    if (BIN/'snakemake').exists(): # it needs Python 3.11
        yield 'grid killed and started again', killed
        yield 'grid of the paper', planned
        yield 'words of the user in a shell', harmless
    yield 'the site in a browser', site
    yield 'training steps on a device without values', unhosted
    yield 'odd input', odd
    yield 'the wheel alone embeds', packed
    yield 'the extra pose', posed
    yield 'demo in a browser', visited
    yield 'results as shown', shown
    yield 'runs of committed code', committed
    yield 'cards', partial(none_of, cards)
    yield 'modules as exported', modules
    yield 'notebooks clean', clean
    yield 'names', names
    yield 'number order is import order', partial(none_of, order)
    yield 'public names', partial(none_of, surface)
    yield 'cells and lines are small', partial(none_of, small)
    if any(EXPERIMENTS.glob('*.ipynb')): yield 'one parameters cell', parameters
    yield 'light import', light
    yield 'README in step', readme


def attempt(name, job):
    "Do one job, say how it went, and return whether it passed; None if it was skipped."
    start,problem,skipped = time.monotonic(),'',False
    try: job()
    except Skipped as e: problem,skipped = str(e),True
    except Failed as e: problem = str(e)
    except Exception as e: problem = f'{type(e).__name__}: {e}'
    text = f'{"SKIP" if skipped else "FAIL" if problem else "ok  "} {time.monotonic()-start:6.1f} s  {name}'
    print('\n    '.join([text, *problem.splitlines()]), flush=True)
    return None if skipped else not problem


def main(word=''):
    start,before = time.monotonic(),'' if os.environ.get('CI') else status()
    todo = [(n,j) for n,j in jobs() if word in n]
    with ThreadPoolExecutor(2) as pool: passed = [f.result() for f in as_completed([pool.submit(attempt, *t) for t in todo])]
    if passed and before is not None and status() is not None: passed.append(attempt('work tree untouched', partial(untouched, before)))
    print(f'in {time.monotonic()-start:.0f} s')
    skipped = passed.count(None)
    print(f'{passed.count(True)} passed, {passed.count(False)} failed'+f', {skipped} skipped'*(skipped > 0))
    return 0 if passed and False not in passed else 1


if __name__ == '__main__': sys.exit(main(*sys.argv[1:]))
