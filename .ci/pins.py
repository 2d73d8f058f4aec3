#!/usr/bin/env python3
"""Write constraints.txt: the exact version of every package in the environment that runs this.

Some packages no longer make wheels for Python 3.10, so two environments are pinned in one file, which 3.10 and anything
newer update without touching each other's versions.

Usage: .venv/bin/python .ci/pins.py
"""
import re
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent/'constraints.txt'
HEADER = '# Exact versions that were tried together. Written by `make pins`.\n'
MARKERS = 'python_version < "3.11"', 'python_version >= "3.11"'


def installed():
    "Name and version of each installed package, without the local part: 2.13.0 stands for 2.13.0+cpu as well."
    lines = subprocess.run([sys.executable, '-m', 'pip', 'freeze', '--all', '--exclude-editable'], check=True, capture_output=True, text=True).stdout
    return {m[1]: m[2] for m in re.finditer(r'^([\w.-]+)==([^+\s]+)', lines, re.M) if not re.match('pip$|nvidia|cuda|triton', m[1])}


def written():
    "The pins of the file, for each of the two markers."
    lines = FILE.read_text(encoding='utf-8').splitlines() if FILE.exists() else []
    pins = [re.fullmatch(r'([\w.-]+)==([^\s;]+)(?: ; (.+))?', l) for l in lines]
    return [{m[1]: m[2] for m in pins if m and m[3] in (None, marker)} for marker in MARKERS]


pins = written()
pins[sys.version_info >= (3,11)] = installed()
lines = []
for name in sorted(pins[0].keys()|pins[1].keys(), key=str.lower):
    if pins[0].get(name) == pins[1].get(name): lines.append(f'{name}=={pins[0][name]}')
    else: lines += [f'{name}=={p[name]} ; {marker}' for p,marker in zip(pins, MARKERS) if name in p]
FILE.write_text(HEADER + '\n'.join(lines) + '\n', encoding='utf-8')
