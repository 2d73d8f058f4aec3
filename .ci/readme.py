#!/usr/bin/env python3
"""README.md and docs/result.md from their notebooks: the prose, the code and the text that the code printed. And the
list of experiments, from what each notebook promises.

Usage: python .ci/readme.py          write all

A cell that begins with `#| hide` stays out; of one with `#| echo: false` only the output is shown. Links of the notebook, which lies in nbs/, are turned into links of the
page. Images belong into files that the prose links to: those among the outputs are left out.
"""
import json
import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = {'README.md':'nbs/index.ipynb', 'docs/result.md':'nbs/result.ipynb'} # page → its notebook
LISTED = 'nbs/experiments/README.md'
NOTICE = '<!-- Written by `make readme` from {}: change it there. -->\n\n'


def relink(text, page):
    "Links relative to nbs/, made relative to a page."
    def turn(m):
        before,target = m.groups()
        if re.match(r'[a-z]+:|[#/]', target): return m[0]
        path,hash_,anchor = target.partition('#')
        return before+posixpath.relpath('nbs/'+path, posixpath.dirname(page) or '.')+hash_+anchor
    return re.sub(r'(\]\(|\b(?:src|href)=")([^)"\s]+)', turn, text)


def printed(cell, page='README.md'):
    "The text among a code cell's outputs: Markdown as it is, anything else in a fence."
    for o in cell['outputs']:
        data = o.get('data', {})
        if 'text/markdown' in data:
            yield relink(''.join(data['text/markdown']).strip('\n'), page)
            continue
        text = ''.join(o['text'] if o['output_type'] == 'stream' and o['name'] == 'stdout' else
                       data.get('text/plain', '') if 'image/png' not in data else '')
        if text: yield '```\n' + text.strip('\n') + '\n```'


def blocks(cell, page):
    "What one cell adds to a page."
    source = ''.join(cell['source']).strip()
    directives = re.findall(r'^#\|\s*(\S+)', source, re.M)
    if not source or 'hide' in directives: return
    if cell['cell_type'] == 'markdown': yield relink(source, page)
    if cell['cell_type'] != 'code': return
    if 'echo:' not in directives: yield '```python\n' + re.sub(r'^#\|.*\n?', '', source, flags=re.M).strip() + '\n```'
    yield from printed(cell, page)


def heading(notebook):
    "Title and promise of a notebook."
    first = ''.join(json.loads(notebook.read_text(encoding='utf-8'))['cells'][0]['source'])
    return re.search(r'^# (.*)', first, re.M)[1],(re.search(r'^> (.*)', first, re.M) or ['',''])[1]


def place(name):
    "Where an experiment stands in the order in which one needs them."
    return [*(re.match(k, name) is None for k in ('train','look','table','figure','pretrain')),name]


def experiments():
    "All experiments, each with its first words."
    lines = ['# Experiments', '', 'Each is one notebook with parameters; `flannet run NOTEBOOK [COPY] -p name value` or papermill runs it,'
        ' and the [Snakefile](Snakefile) knows which runs a table needs. What they wrote is in [results](../../results/README.md).', '']
    for p in sorted((ROOT/LISTED).parent.glob('*.ipynb'), key=lambda p: place(p.stem)):
        title,promise = heading(p)
        lines.append(f'- [{title}]({p.name}): {promise}')
    return NOTICE.format('the notebooks beside it')+'\n'.join(lines)+'\n'


def convert(page):
    "What a page should say."
    if page == LISTED: return experiments()
    cells = json.loads((ROOT/PAGES[page]).read_text(encoding='utf-8'))['cells']
    return NOTICE.format(PAGES[page]) + '\n\n'.join(b for c in cells for b in blocks(c, page)) + '\n'


if __name__ == '__main__':
    for page in (*PAGES, LISTED): (ROOT/page).write_text(convert(page), encoding='utf-8', newline='\n')
