#!/usr/bin/env python3
"""The pages of the site, as Sphinx reads them, from the repository: its notebooks, its tables and figures, its prose.

Usage: python docs/pages.py FOLDER    write them there

A notebook stays as it is committed, but for four things: lines of directives (`#|`) go; each public function or class
of an exported cell is told before it, as a signature with the comments of its parameters; links point to pages of the
site, or to the repository where the site has none; a picture gets the text of its `#| fig-alt:`.
"""
import ast
import csv
import html
import io
import json
import posixpath
import re
import shutil
import sys
import tokenize
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT/'.ci'))
from readme import heading
from readme import place
from readme import printed

NBS = ROOT/'nbs'
IMAGES = '.png','.svg','.jpg','.jpeg','.gif','.webp'
CHAPTERS = { # folder of the site → its title, what it says of itself
    'tutorials':('Tutorials', 'Whole tasks from the first line to the last.'),
    'method':('Read the method', 'The paper in six notebooks, and two before them: each equation beside its lines, with a test that computes it literally.'),
    'data':('Data', 'Data sets in one form, whether a copy is complete, synthetic people of whom everything is known, batches.'),
    'evaluation':('Evaluate', 'From features to mAP and rank-k, where a network looks, and how far a number can be trusted.'),
    'training':('Train', 'A plain loop first; then several processes, checkpoints, and trainings that survive being stopped.'),
    'baselines':('Baselines', 'The methods that the paper compares with, built from the same parts.'),
    'reproduce':('Reproduce', "The paper's grid as data, notebooks that run with parameters, and reports of what they leave."),
    'experiments':('Experiments', 'Each training, table and figure is a notebook, run by papermill. They are kept without outputs; what they wrote stands in [the results](../results/index.md).'),
    'retrieval':('Search your own', 'Features of your own pictures, a gallery that is searched by them, and from which similarity on it is the same person.'),
    'results':('Results', 'Every table and figure, the paper beside ours, and the runs that it came from.')}
INSIDE = {'experiments':'reproduce'} # chapter → the one that lists it
PROSE = [p for p in ('data/README.md','CONTRIBUTING.md','SECURITY.md','CHANGELOG.md') if (ROOT/p).exists()] # beside docs/


@cache
def setting(name):
    "A line of settings.ini."
    read = ConfigParser(delimiters=['='])
    read.read(ROOT/'settings.ini', encoding='utf-8')
    return read['DEFAULT'][name]


def cells(notebook): return json.loads(notebook.read_text(encoding='utf-8'))['cells']
def source(cell): return ''.join(cell['source'])
def slug(text): return text.strip().replace(' ', '-') # a heading's anchor, as Jupyter makes it
def repo(path): return path.relative_to(ROOT).as_posix()


@cache
def results():
    "Profile and notebook of an experiment → the tables and figures that it wrote, by name."
    notebooks = sorted((NBS/'experiments').glob('*.ipynb'), key=lambda p: len(p.stem), reverse=True)
    text = {p.stem:p.read_text(encoding='utf-8') for p in notebooks}
    found = {}
    for p in sorted((ROOT/'results').glob('[tf]*/*/*.*')):
        if p.parent.parent.name not in ('tables','figures') or p.suffix not in ('.csv','.png'): continue
        named = (n for n in text if f"'{p.stem}'" in text[n])
        writer = next((n for n in text if p.stem.startswith(n)), '') or next(named, '')
        if not writer: raise SystemExit(f'{repo(p)}: no notebook of the experiments writes it: delete it')
        names = found.setdefault((p.parent.name,writer), [])
        if p.stem not in names: names.append(p.stem)
    return found


@cache
def places():
    "File of the repository → its page."
    found = {repo(p):repo(p).removeprefix('nbs/') for p in sorted(NBS.rglob('*.ipynb')) if '.ipynb_checkpoints' not in p.parts}
    found['nbs/index.ipynb'] = 'readme.ipynb'
    found |= {repo(p):repo(p).removeprefix('docs/') for p in sorted((ROOT/'docs').rglob('*.md'))}
    for name in [p for p in found if p.startswith('docs/') and p != 'docs/index.md']: # one that a notebook writes is that notebook's page
        notebook = f'nbs/{found[name].removesuffix(".md")}.ipynb'
        if found.pop(notebook, ''): found[notebook] = found[name]
    found |= {p:p.lower() for p in PROSE}
    for (profile,notebook),names in results().items():
        page = f'results/{profile}/{notebook}.md'
        for p in (ROOT/'results').glob(f'[tf]*/{profile}/*'):
            if p.stem in names and p.suffix not in IMAGES: found[repo(p)] = page
        found |= {f'results/{kind}/{profile}':'results/index.md' for kind in ('tables','figures')}
    found |= {'results/README.md':'results/index.md', 'nbs/experiments/README.md':'experiments/index.md'}
    return found


def turned(target, here, page, out):
    "A link of a file in `here` (a folder of the repository), as the page needs it."
    if re.match(r'[a-z]+:|#', target): return target
    path,mark,anchor = target.partition('#')
    path = posixpath.normpath(posixpath.join(here, path))
    if path.endswith(IMAGES):
        (out/path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT/path, out/path)
        return posixpath.relpath(path, posixpath.dirname(page))
    if path in places(): return posixpath.relpath(places()[path], posixpath.dirname(page) or '.')+mark+anchor
    if not (ROOT/path).exists(): return target # Sphinx says so
    return f'{setting("git_url")}/{"tree" if (ROOT/path).is_dir() else "blob"}/{setting("branch")}/{path}{mark}{anchor}'


def relink(text, here, page, out):
    "The links of a Markdown text, outside its code."
    def turn(m): return m[0] if m[1] is None else m[1]+turned(m[2], here, page, out)
    return re.sub(r'```.*?```|`[^`\n]*`(?!\])|(\]\(|\b(?:src|href)=")([^)"\s]+)', turn, text, flags=re.S)


def plain(text):
    "Words that Markdown must leave as they are; code stays code."
    return ''.join(part if i % 2 else re.sub(r'([\\*_\[\]<>$|~#])', r'\\\1', part) for i,part in enumerate(re.split(r'(`[^`]*`)', text)))


def comments(text):
    "Line → the comment that ends it."
    return {t.start[0]:t.string.lstrip('# ') for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT}


def decorated(node, name):
    "The decorator of that name, if there is one."
    return next((d for d in node.decorator_list if name in ast.unparse(d).split('(')[0].split('.')), None)


def arguments(node, drop=0):
    "The arguments of a function, but for `self`: as text, and each by itself."
    a = node.args
    listed = a.posonlyargs+a.args
    hidden = listed[:drop]
    a.posonlyargs,a.args = [x for x in a.posonlyargs if x not in hidden],[x for x in a.args if x not in hidden]
    each = [*a.posonlyargs, *a.args, *filter(None, [a.vararg]), *a.kwonlyargs, *filter(None, [a.kwarg])]
    return ast.unparse(a),each


def fields_of(node):
    "The fields of a dataclass: as text, and each by itself."
    found = [n for n in node.body if isinstance(n, ast.AnnAssign)]
    def value(n): return '' if n.value is None else ' = ...' if isinstance(n.value, ast.Call) else f' = {ast.unparse(n.value)}'
    return ', '.join(f'{n.target.id}: {ast.unparse(n.annotation)}{value(n)}' for n in found),[ast.arg(n.target.id, lineno=n.lineno) for n in found]


def directive(kind, signature, options, body, depth):
    "A directive of Sphinx, as MyST writes it."
    fence = '`'*(8-depth)
    return '\n'.join([f'{fence}{{py:{kind}}} {signature}', *(f':{k}: {v}'.rstrip() for k,v in options.items()), '', *body, fence, ''])


def told(node, module, said, owner='', depth=0):
    "What the site says of a function or class: its signature, its docstring, its parameters with their comments."
    kind,options = 'method' if owner else 'function',{}
    if isinstance(node, ast.ClassDef):
        kind = 'class'
        init = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == '__init__'), None)
        text,each = arguments(init, 1) if init else fields_of(node) if decorated(node, 'dataclass') else ('',[])
    else:
        text,each = arguments(node, bool(owner) and not decorated(node, 'staticmethod'))
        patch = ast.unparse(decorated(node, 'patch') or ast.Constant(''))
        if decorated(node, 'property') or 'as_prop=True' in patch: kind = 'property'
        if decorated(node, 'classmethod') or 'cls_method=True' in patch: options['classmethod'] = ''
        if decorated(node, 'staticmethod'): options['staticmethod'] = ''
    returns = getattr(node, 'returns', None)
    signature = f'{owner}.{node.name}' if owner and not depth else node.name
    if kind == 'property': options |= {'type':ast.unparse(returns)} if returns else {}
    else: signature += f'({text})' + (f' -> {ast.unparse(returns)}' if returns else '')
    if not depth: options = {'module':module} | options
    body = [plain(' '.join((ast.get_docstring(node) or '').split())), '']
    body += [f':param {a.arg}: {plain(said[a.lineno])}' for a in each if a.lineno in said]
    end = returns.end_lineno if returns else header_end(node) if isinstance(node, ast.FunctionDef) else None
    if end in said and end not in {a.lineno for a in each}: body.append(f':returns: {plain(said[end])}')
    if kind == 'class':
        inner = [n for n in node.body if isinstance(n, ast.FunctionDef) and not n.name.startswith('_') and ast.get_docstring(n)]
        body += ['', *(told(n, module, said, node.name, depth+1) for n in inner)]
    return directive(kind, signature, options, body, depth)


def header_end(node):
    "The line on which a function's header ends."
    return node.body[0].lineno-1 if node.body[0].lineno > node.lineno else None


def owner_of(node):
    "The class that `@patch` adds a function to."
    return ast.unparse((node.args.posonlyargs+node.args.args)[0].annotation) if decorated(node, 'patch') else ''


def announced(text, module):
    "The directives of what an exported cell defines, and the names among them; private things have none."
    if re.search(r'^\s*[%!]', text, re.M): return [],[]
    said,out,last,names = comments(text),[],[],[]
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            owner = owner_of(node) if isinstance(node, ast.FunctionDef) else ''
            if node.name.startswith('_') or owner.startswith('_'): continue
            out.append(told(node, module, said, owner))
            names.append(owner or node.name)
        elif isinstance(node, ast.Assign):
            for t in (n for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)):
                if t.id.startswith('_'): continue
                last.append(directive('data', t.id, {'module':module, 'no-typesetting':''}, [], 0))
                names.append(t.id)
    return out+last,names # a constant is but a place to link to: what stands behind it gets its id, which a list of functions must not


def directives(text): return dict(re.findall(r'^#\|[ \t]*([\w-]+):?[ \t]*(.*)$', text, re.M))
def is_imports(text): return all(isinstance(n, (ast.Import, ast.ImportFrom)) for n in ast.parse(text).body)


def module_of(notebook):
    "The module that a notebook writes."
    return next((f'flannet.{m[1]}' for c in cells(notebook) if (m := re.search(r'^#\| ?default_exp (\S+)', source(c), re.M))), '')


@cache
def scope(notebook):
    "Name → the module of flannet that it comes from, for what a notebook imports or exports."
    from flannet import CONTENTS
    found,module = {},module_of(notebook)
    for c in cells(notebook):
        text = source(c)
        if c['cell_type'] != 'code' or re.search(r'^\s*[%!]', text, re.M): continue
        for node in (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom) and (n.module or '').split('.')[0] == 'flannet'):
            for a in node.names:
                home = f'flannet.{CONTENTS.get(a.name, "")}' if node.module == 'flannet' else node.module
                found[a.asname or a.name] = f'{home}.{a.name}'
        if module and re.search(r'^#\| ?exports?\b', text, re.M): found |= {n:f'{module}.{n}' for n in announced(text, module)[1]}
    return found


def pictures(cell): return any(k.startswith('image/') for o in cell.get('outputs', []) for k in o.get('data', {}))


def adapted(cell, notebook, page, module, out):
    "The cells of the page for one of a notebook's."
    text,here = source(cell),repo(notebook.parent)
    said = directives(text)
    if 'hide' in said or 'default_exp' in said: return
    cell = {**cell, 'metadata':{'tags':[t for t in cell['metadata'].get('tags', [])]}}
    if cell['cell_type'] == 'markdown':
        text = re.sub(r'^- skip_(exec|showdoc): true\n*', '', text, flags=re.M)
        yield {**cell, 'source':relink(text, here, page, out)}
        return
    lines = re.sub(r'^#\|.*\n?', '', text, flags=re.M).strip('\n')
    exported = 'export' in said or 'exports' in said
    if not re.search(r'^\s*[%!]', lines, re.M) and is_imports(lines): said |= dict(imports='')
    more = announced(lines, module)[0] if exported and module else []
    if more: yield dict(cell_type='markdown', id=f'{cell["id"]}-told', metadata={}, source='\n'.join(more))
    if 'false' in (said.get('echo'), said.get('include')): cell['metadata']['tags'].append('remove-input')
    elif 'imports' in said: cell['metadata'] = dict(tags=['hide-input'], mystnb=dict(code_prompt_show='Imports', code_prompt_hide='Imports'))
    elif not page.startswith('method/') and any('no-typesetting' not in m for m in more): cell['metadata']['tags'].append('hide-input')
    if pictures(cell):
        words = yaml.safe_load(said.get('fig-alt', ''))
        if not words:
            raise SystemExit(f'{notebook.name}: the cell that begins with {lines[:60]!r} shows a picture: give it a line `#| fig-alt: "what is seen"`')
        cell['metadata']['mystnb'] = dict(image=dict(alt=words))
    for o in cell['outputs']:
        if 'text/markdown' in o.get('data', {}): o['data']['text/markdown'] = relink(''.join(o['data']['text/markdown']), here, page, out)
    yield {**cell, 'source':lines}


def write(out, page, text):
    "Write a page."
    (out/page).parent.mkdir(parents=True, exist_ok=True)
    (out/page).write_text(text, encoding='utf-8')


def write_notebook(notebook, page, out):
    "The page of a notebook."
    nb,module,found = json.loads(notebook.read_text(encoding='utf-8')),module_of(notebook),[]
    for cell in (c for cell in nb['cells'] for c in adapted(cell, notebook, page, module, out)):
        imports = cell['metadata'].get('mystnb', {}).get('code_prompt_show')
        if imports and found and found[-1]['metadata'] == cell['metadata']: found[-1]['source'] += '\n\n'+cell['source']
        else: found.append(cell)
    if page == 'readme.ipynb': # the first page has its title
        found[0]['source'] = found[0]['source'].replace(f'# {setting("title")}', '# Overview', 1)
    nb['cells'] = found
    write(out, page, json.dumps(nb))


def columns(head):
    "A table's columns in two rows of headings: whose numbers on which set, and which number."
    for name in head:
        m = re.fullmatch(r'(paper|ours): (.*?) (R-\d+|mAP|Δ .*|seeds)', name)
        yield (m[1],m[2],m[3]) if m else ('','',name)


def table(file, caption):
    "A table's CSV as HTML, with intervals on a line of their own."
    head,*rows = csv.reader(file.open(encoding='utf-8', newline=''))
    cols,e = [*columns(head)],html.escape
    out,groups = ['<thead><tr>'],[]
    for who,where,_ in cols:
        if groups and who and groups[-1][:2] == [who,where]: groups[-1][2] += 1
        else: groups.append([who,where,1])
    if any(who for who,_,_ in cols):
        for who,where,n in groups:
            group = f'<th scope="colgroup" colspan="{n}" class="{who}">{who}<small>{e(where)}</small></th>'
            out.append(group if who else '<td></td>')
        out.append('</tr><tr>')
    out += [f'<th scope="col" class="{who}">{e(name)}</th>' for who,_,name in cols]+['</tr></thead><tbody>']
    for row in rows:
        shown = [re.sub(r'^(.*±.*?) (\([^()]*\))$', r'\1<small>\2</small>', e(v)) for v in row]
        out.append('<tr>'+''.join(f'<td class="{c[0]}">{v}</td>' for c,v in zip(cols, shown))+'</tr>')
    return f'<div class="numbers" role="region" aria-label="{e(caption, True)}"><table>{"".join(out)}</tbody></table></div>'


def seeds(profile, run): return len([*(ROOT/'results/runs'/profile/run).glob('seed*/metrics.json')])


def origin(profile, notebook):
    "The runs that a table or figure is made of, each with a link to its folder."
    from flannet.reproduce.runs import TABLES
    link,here = f'{setting("git_url")}/tree/{setting("branch")}/results',ROOT/'results/runs'/profile
    folders = dict(deviations='the alternatives', conditions='the conditions')
    if notebook in folders and not (ROOT/'results'/notebook).is_dir(): return ['Nobody has trained under them yet.']
    if notebook in folders: return [f'Runs of [{folders[notebook]}]({link}/{notebook}), a folder each.']
    if TABLES.get(notebook) == (): return ['It is drawn from the network itself: no run is behind it.']
    runs = dict.fromkeys(run for run,_ in TABLES.get(notebook, ())) or [f'{p.parent.name}/full' for p in sorted(here.glob('*/full'))]
    def line(run):
        n = seeds(profile, run)
        return f'- [`{run}`]({link}/runs/{profile}/{run}), {n} seed{"s"*(n != 1)}' if n else f'- `{run}`: not run yet'
    return ['Each run keeps its configuration, its log, its metrics and the result of each query:', '', *map(line, runs)]


def figure_words(folder, name, title, promise):
    "What stands under a figure, and the text for those who do not see it."
    note = folder/f'{name}.txt'
    caption = note.read_text(encoding='utf-8').strip() if note.exists() else promise
    return caption,f'{title}: {caption}'


def write_result(profile, notebook, names, page, out):
    "The page of an experiment's tables and figures."
    path = NBS/f'experiments/{notebook}.ipynb'
    title,promise = heading(path)
    raw,maker = f'{setting("git_url")}/blob/{setting("branch")}',turned(repo(path), '', page, out)
    lines = [f'# {title}', '', f'> {promise}', '', f'Profile `{profile}`. Made by [this notebook]({maker}), which says how to read it.', '']
    for name in names:
        if len(names) > 1 and name != names[0]: lines += [f'## {name.replace("_", " ").capitalize()}', '']
        for kind in ('figures','tables'):
            file = ROOT/f'results/{kind}/{profile}/{name}'
            if file.with_suffix('.png').exists():
                caption,alt = figure_words(file.parent, name, title, promise)
                lines += [f'![{plain(alt)}]({turned(repo(file)+".png", "", page, out)})', '']
                lines += [plain(caption), '']*(caption != promise)+[f'[As SVG]({raw}/{repo(file)}.svg)', '']
            if file.with_suffix('.csv').exists():
                lines += [table(file.with_suffix('.csv'), f'{title}, {name}'), '']
                lines += [f'[As CSV]({raw}/{repo(file)}.csv) · [as Markdown]({raw}/{repo(file)}.md)', '']
    lines += ['## Where it comes from', '', *origin(profile, notebook), '']
    write(out, page, '\n'.join(lines))


def toctree(pages):
    "A list of pages that only Sphinx sees."
    return '\n'.join(['```{toctree}', ':hidden:', '', *pages, '```', ''])


def write_chapter(chapter, out):
    "The first page of a chapter: its notebooks, each with its promise."
    title,words = CHAPTERS[chapter]
    lines,pages = [f'# {title}', '', words, ''],[]
    if chapter == 'results':
        for profile,notebook in sorted(results(), key=lambda k: (k[0],not k[1].startswith('table'),not k[1].startswith('figure'),k[1])):
            name,promise = heading(NBS/f'experiments/{notebook}.ipynb')
            pages.append(f'{profile}/{notebook}')
            lines.append(f'- [{name}, {profile}]({pages[-1]}.md): {promise}')
        lines += ['', 'Percent; mean ± standard deviation over seeds, in brackets the 95 % interval over identities and seeds. "—" is what'
                      ' has not been measured. `mini` is the profile of small synthetic people, who say nothing about real ones.', '']
    for notebook in sorted((NBS/chapter).glob('*.ipynb'), key=lambda p: place(p.stem) if chapter == 'experiments' else p):
        name,promise = heading(notebook)
        pages.append(notebook.stem)
        lines.append(f'- [{name}]({notebook.name}): {relink(promise, repo(notebook.parent), f"{chapter}/index.md", out)}')
    if chapter == 'data':
        pages.append('Bring the data sets <readme>')
        lines.append('- [Bring the data sets](readme.md): terms, folders, conversion')
    inner = [c for c,o in INSIDE.items() if o == chapter]
    for c in inner: lines += ['', f'And [{CHAPTERS[c][0].lower()}](../{c}/index.md), a notebook for each training, table and figure.']
    write(out, f'{chapter}/index.md', '\n'.join(lines+['', toctree(pages+[f'/{c}/index' for c in inner])]))


def public(notebook):
    "Public name → the first line of what it says, in the order of a notebook."
    module = module_of(notebook)
    for c in cells(notebook):
        if c['cell_type'] != 'code' or not re.search(r'^#\| ?exports?\b', source(c), re.M): continue
        for node in ast.parse(source(c)).body:
            owned = isinstance(node, ast.FunctionDef) and owner_of(node)
            if isinstance(node, ast.Assign): yield from ((n,'') for n in announced(ast.unparse(node), module)[1])
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith('_') and not owned:
                yield node.name,' '.join((ast.get_docstring(node) or '').split())


def write_api(out):
    "All public names by module, each with what it says of itself."
    from flannet import CONTENTS
    modules = {module_of(p):p for p in [NBS/'core.ipynb', *sorted(NBS.glob('*/[0-9]*.ipynb'), key=lambda p: p.name), NBS/'command.ipynb']}
    said = {m:dict(public(p)) for m,p in modules.items()}
    def line(m, n): return f'- {{py:obj}}`{n} <{m}.{n}>`'+(f': {plain(said[m][n])}' if said[m][n] else '')
    lines = ['# API', '', 'All public names, by module. Those that `flannet` itself gives stand first: `from flannet import Embedder`.', '',
             '## flannet', '', *(line(f'flannet.{m}', n) for n,m in CONTENTS.items()), '']
    for m,p in modules.items():
        title,promise = heading(p)
        about = relink(promise, repo(p.parent), 'api.md', out)
        lines += [f'## {m}', '', f'[{title}]({places()[repo(p)]}): {about}', '', *(line(m, n) for n in said[m]), '']
    write(out, 'api.md', '\n'.join(lines+[toctree(['core','command'])]))


def measured(out):
    "What the README says was measured: its first words, the table, what follows from it."
    all_cells = cells(NBS/'index.ipynb')
    start = next(i for i,c in enumerate(all_cells) if source(c).startswith('## What was measured'))
    text = [relink(source(all_cells[start]).removeprefix('## What was measured').strip(), 'nbs', 'index.md', out)]
    for c in all_cells[start+1:]:
        if source(c).startswith('## '): break
        if c['cell_type'] == 'markdown': text.append(relink(source(c), 'nbs', 'index.md', out))
        else: text += [relink(o, '', 'index.md', out) for o in printed(c)]
    return '\n\n'.join(text)


def contents():
    "The reading order of the whole site, as Sphinx takes it."
    chapters = [f'{c}/index' for c in CHAPTERS if c not in INSIDE and (c == 'results' or any((NBS/c).glob('*.ipynb')))]
    elsewhere = {f for f,p in places().items() if f.startswith(('results/','data/')) or p.endswith(('result.md','index.md'))}
    prose = [p.removesuffix('.md') for f,p in places().items() if f.endswith('.md') and f not in elsewhere]
    result = ['The result <result>'] if (ROOT/'docs/result.md').exists() else []
    return toctree(['readme', *result, *chapters, 'api', *prose])


def write_prose(file, page, out):
    "A page of prose; on the first one, what was measured is put in."
    text = relink((ROOT/file).read_text(encoding='utf-8'), posixpath.dirname(file), page, out)
    write(out, page, text.replace('{{measured}}', measured(out))+'\n'+contents() if page == 'index.md' else text)


def main(folder):
    out = Path(folder)
    shutil.rmtree(out, ignore_errors=True)
    for file,page in places().items():
        if page.endswith('.ipynb'): write_notebook(ROOT/file, page, out)
        elif file.startswith('docs/') or file in PROSE: write_prose(file, page, out)
    for (profile,notebook),names in results().items(): write_result(profile, notebook, names, f'results/{profile}/{notebook}.md', out)
    for chapter in CHAPTERS:
        if chapter == 'results' or any((NBS/chapter).glob('*.ipynb')): write_chapter(chapter, out)
    write_api(out)


if __name__ == '__main__': main(sys.argv[1])
