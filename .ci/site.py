#!/usr/bin/env python3
"""The site, built anew and read in a browser: each page at 1280 and at 390 pixels.

Usage: .venv/bin/python .ci/site.py          one page of each chapter is looked at by axe
       .venv/bin/python .ci/site.py all      all of them

Nothing is scrolled sideways but by itself, nothing is left of what only notebooks read, nothing leaves the machine,
each picture has words, each link leads somewhere, search finds what is defined, and axe finds nothing serious. Without
a browser only the links are checked, and it says so.
"""
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
LOOK = """() => {
    const text = document.querySelector('article').cloneNode(true)
    const code = [...text.querySelectorAll('pre')].map(e => e.textContent)
    text.querySelectorAll('pre, code, mjx-container').forEach(e => e.remove())
    const raw = ['#|', ':::', '{target=', '$$', '{{', '```'].filter(w => text.textContent.includes(w))
    return {raw: raw.concat(code.filter(c => /^#\\|/m.test(c)).map(() => 'a directive in code')),
            formulas: [...document.querySelectorAll('mjx-merror')].map(e => e.textContent),
            mute: [...document.images].filter(i => !(i.alt || '').trim() || /^[\\w/.-]+\\.(png|svg|jpe?g)$/.test(i.alt)).map(i => i.src)}
}"""


def build(folder):
    "Write the site below `folder`; a warning is an error."
    sphinx = '-m sphinx -W --keep-going -q -j 2 -c'.split()
    for command in ([ROOT/'docs/pages.py', folder/'pages'], [*sphinx, ROOT/'docs', '-d', folder/'doctrees', folder/'pages', folder/'html']):
        r = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, cwd=ROOT)
        if r.returncode: return [(r.stdout+r.stderr).strip()[-6000:]]
    return []


class Page(HTMLParser):
    "The links of a page, and the anchors that it has."
    def __init__(self, text):
        super().__init__()
        self.links,self.ids = {},set()
        self.feed(text)
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get('id'): self.ids.add(attrs['id'])
        self.links |= {attrs[k]:None for k in ('href','src') if attrs.get(k)}


def dead_links(site):
    "Links between pages that lead nowhere, with their anchors."
    pages = {p.relative_to(site).as_posix():Page(p.read_text(encoding='utf-8')) for p in site.rglob('*.html')}
    for name,page in pages.items():
        for target in page.links:
            if re.match(r'[a-z]+:|//', target): continue
            path,_,anchor = target.partition('#')
            file = (site/name).parent/unquote(path.split('?')[0]) if path else site/name
            other = pages.get(Path(os.path.relpath(file, site)).as_posix())
            if not file.is_file(): yield f'{name} links to {target}, which is not there'
            elif anchor and other and unquote(anchor) not in other.ids: yield f'{name} links to {target}, an anchor that is not there'


class Quiet(http.server.SimpleHTTPRequestHandler):
    "Serves files without a word."
    def log_message(self, *args): pass


def served(site):
    "The address of the site."
    server = http.server.ThreadingHTTPServer(('127.0.0.1',0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_port}/'


def sideways(page, width):
    "How many pixels a page is wider than its window."
    page.set_viewport_size(dict(width=width, height=900))
    return page.evaluate('() => document.documentElement.scrollWidth-document.documentElement.clientWidth')


def looked(page, name):
    "What is wrong with a page that is open."
    for width in (1280,390):
        if (more := sideways(page, width)) > 0: yield f'{name} is {more} pixels wider than a window of {width}'
    found = page.evaluate(LOOK)
    yield from (f'{name} shows {word}' for word in dict.fromkeys(found['raw']))
    yield from (f'{name} has a formula that does not parse: {word}' for word in found['formulas'])
    yield from (f'{name} has a picture without words: {src}' for src in found['mute'])


def judged(page, name):
    "What axe calls serious or critical on the page that is open."
    from axe_playwright_python.sync_playwright import Axe
    page.evaluate('() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))') # what a resize sets off is over
    page.evaluate("() => [...document.querySelectorAll('article pre')].slice(5).forEach(e => e.remove())") # more code of the same colours
    for v in Axe().run(page).response['violations']:
        if v['impact'] in ('serious','critical'):
            yield f'{name}: {v["impact"]}, {v["help"]}, {len(v["nodes"])} times, such as {v["nodes"][0]["html"][:200]}'


def read(site, everywhere):
    "What is wrong with the site in a browser."
    from playwright.sync_api import sync_playwright
    base,left,failed,wrong,seen = served(site),set(),set(),[],set()
    files = sorted((p for p in site.rglob('*.html') if p.name != 'search.html'), key=lambda p: p.stat().st_size)
    names = [p.relative_to(site).as_posix() for p in files] # the smallest of a chapter first: axe is slow on long pages
    def goes(route):
        if route.request.url.startswith((base,'data:')): return route.continue_()
        left.add(route.request.url)
        route.abort()
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox','--disable-dev-shm-usage'])
        page = browser.new_page()
        page.set_default_timeout(120_000) # of a busy machine
        page.route('**/*', goes)
        page.on('response', lambda r: failed.add(f'{r.url}: {r.status}') if r.status >= 400 else None)
        page.on('pageerror', lambda e: wrong.append(f'{page.url}: {e}'))
        for i,name in enumerate(names):
            page.set_viewport_size(dict(width=1280, height=900))
            page.emulate_media(color_scheme=('light','dark')[i%2])
            page.goto(base+name)
            page.evaluate('() => window.MathJax?.startup?.promise')
            wrong += looked(page, name)
            chapter = name.split('/')[0]
            if everywhere or chapter not in seen and not name.endswith('/index.html'): wrong += judged(page, name)
            if not name.endswith('/index.html'): seen.add(chapter)
        page.goto(f'{base}search.html?q=fusion_weights')
        page.wait_for_selector('#search-results a[href*="06_fusion.html#flannet.method.fusion.fusion_weights"]')
        browser.close()
    return wrong+[f'it asks {url}' for url in sorted(left)]+sorted(failed),len(names)


def main(everywhere=''):
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        wrong = build(tmp) or [*dead_links(tmp/'html')]
        if not wrong and CHROMIUM:
            wrong,n = read(tmp/'html', everywhere == 'all')
            print(f'{n} pages read')
    print('\n'.join(wrong))
    if not wrong and not CHROMIUM: print('skipped: there is no chromium, so the site was built but not looked at; name one in CHROMIUM')
    return 1 if wrong else 0


if __name__ == '__main__': sys.exit(main(*sys.argv[1:]))
