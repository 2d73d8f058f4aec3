#!/usr/bin/env python3
"""Run a notebook as nbdev_test does, and compare what its cells print with what they printed when it was committed.

Numbers may differ, and so may what is said on standard error; a word that came or went says that the outputs are older
than the code. Left out are pictures and cells that tell of the machine or of time, whose source has one of `OWN`. Other
Pythons than that of the stored outputs word some messages otherwise, and only run.

Usage: .venv/bin/python .ci/notebook.py NOTEBOOK      exit code 0, or 1 and why not
"""
import re
import sys
from pathlib import Path

import nbdev.test
from execnb.nbio import read_nb
from nbdev.config import get_config

ROOT = Path(__file__).resolve().parent.parent
STORED = 3,11
OWN = 'machine','cpu_count','perf_counter','process_time','thread_time','times','clock'
shown = {}


class Shell(nbdev.test.CaptureShell):
    "A shell that notes what each cell printed."
    def run_all(self, nb, **kwargs):
        super().run_all(nb, **kwargs)
        shown.update({c.id:c.outputs for c in nb.cells if c.cell_type == 'code' and 'outputs' in c})


def words(outputs):
    "The words of a cell's outputs."
    text = ''
    for o in outputs:
        data = o.get('data', {})
        if o.get('name') == 'stderr' or any(kind.startswith('image/') for kind in data): continue
        text += ' ' + ''.join(o.get('text') or data.get('text/markdown') or data.get('text/html') or data.get('text/plain') or '')
    text = re.sub(r'<style.*?</style>|<[^>]*>|\S*/tmp\w*/\S+', ' ', text, flags=re.S)
    return re.sub(r'[\W\d_]+', ' ', text).split()


path,config = Path(sys.argv[1]).resolve(),get_config()
nbdev.test.CaptureShell = Shell
if not nbdev.test.test_nb(path, skip_flags=config.tst_flags.split(), force_flags=['slow'], basepath=ROOT)[0]: sys.exit(1)
if sys.version_info[:2] != STORED: sys.exit()
cells = [c for c in read_nb(path).cells if c.id in shown and not any(word in c.source for word in OWN)]
old = [c for c in cells if words(c.outputs) != words(shown[c.id])]
for c in old: print(f'{path.name}, the cell {c.source[:60]!r}…\n    showed {" ".join(words(c.outputs))[:300]}\n    shows  {" ".join(words(shown[c.id]))[:300]}')
if old: sys.exit('outputs that are older than their code: execute the notebook again, then `make export`')
