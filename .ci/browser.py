#!/usr/bin/env python3
"""The demo as a visitor has it: `flannet demo` in a process of its own, and chromium in front of it.

Prints a line for each thing that was tried. Exit code 1 if one failed; without Playwright or chromium it prints
"skipped", why, and ends with 0.
"""
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit
from urllib.request import urlopen

LAUNCH = dict(executable_path=shutil.which('chromium'), args=['--no-sandbox','--disable-dev-shm-usage'])
RANKS = '.ranking ol.ranks'
SECONDS = 2 # a move may take, on a machine that does much else
TRIED = []


def tried(f):
    "A thing to try: `f(visit)`, whose docstring says it; what it returns is printed, too."
    TRIED.append(f)
    return f


class Visit:
    "A browser at the page, and what it asked for."
    def __init__(self, browser, url, tmp):
        self.browser,self.url,self.tmp,self.asked,self.errors = browser,url,tmp,[],[]
        self.page = self.open()

    def open(self, **how):
        page = self.browser.new_context(**how).new_page()
        page.set_default_timeout(60_000)
        page.on('request', lambda r: self.asked.append(r.url))
        page.on('pageerror', lambda e: self.errors.append(str(e)))
        page.goto(self.url)
        page.wait_for_selector('.insides .maps img')
        return page

    def ranks(self, page=None): return (page or self.page).inner_text(RANKS)
    def name(self, page=None): return (page or self.page).inner_text('#stage figcaption')

    def changes(self, act, read=None):
        "Do `act`, and wait until what is read is another."
        read = read or self.ranks
        before = read()
        act()
        for _ in range(300):
            if read() != before: return
            self.page.wait_for_timeout(100)
        raise AssertionError('nothing changed')

    def drag(self, x, y):
        "Move the occluder by pixels, without letting go."
        box = self.page.locator('.cover').bounding_box()
        self.page.mouse.move(box['x']+box['width']/2, box['y']+box['height']/2)
        self.page.mouse.down()
        self.page.mouse.move(box['x']+box['width']/2+x, box['y']+box['height']/2+y, steps=8)

    def seconds(self, act):
        "How long after `act` another ranking is shown."
        before,start = self.ranks(),time.monotonic()
        act()
        self.page.wait_for_function('([where, was]) => document.querySelector(where).innerText != was', arg=[RANKS,before])
        return time.monotonic()-start


@tried
def loads(v):
    "It loads, with 12 matches, four maps, λ of three branches, and words."
    assert v.page.locator(f'{RANKS} li').count() == 12 and v.page.locator('.maps img').count() == 4
    assert abs(sum(map(float, v.page.locator('.lam b').all_inner_texts()))-1) < .01 and v.page.locator('.lam li').count() == 3
    assert 'S*' in (text := v.page.inner_text('.insides')) and '--model' not in text, text
    assert re.search(r'\d+ of 220 images are left out', v.page.inner_text('.note'))


@tried
def picks(v):
    "Another example is another query."
    v.changes(lambda: v.page.locator('#examples button').nth(1).click(), v.name)
    v.changes(lambda: v.page.locator('#examples button').nth(6).click())


@tried
def drags(v):
    "The ranking follows while the occluder is dragged, and the maps when it is let go."
    v.changes(lambda: v.drag(-60, -160))
    v.changes(v.page.mouse.up, lambda: v.page.locator('.maps img').first.get_attribute('src'))


@tried
def follows(v):
    "The pointer moves the occluder, and the ranking is another soon after."
    box = v.page.locator('.cover').bounding_box()
    x,y = box['x']+box['width']/2,box['y']+box['height']/2
    v.page.mouse.move(x, y)
    v.page.mouse.down()
    took = [v.seconds(lambda: v.page.mouse.move(x, y+dy)) for dy in (15,40,0,30,55)]
    v.page.mouse.up()
    assert median(took) < SECONDS, f'{median(took):.1f} s in the median, more than {SECONDS} s'
    return f'{1000*median(took):.0f} ms in the median of {len(took)} moves, {1000*max(took):.0f} at most'


@tried
def keys(v):
    "Arrow keys move it, too, and it says where it is."
    cover = v.page.locator('.cover')
    cover.focus()
    before = cover.get_attribute('aria-valuetext')
    v.changes(lambda: [v.page.keyboard.press(k) for k in ('Shift+ArrowDown',)*4+('ArrowRight',)])
    assert cover.get_attribute('aria-valuetext') != before


@tried
def uploads(v):
    "An image is taken, whatever it is called, and its file is deleted."
    from PIL import Image
    Image.new('RGB', (64,128), (120,80,40)).save(v.tmp/'mine.jpg')
    (v.tmp/'mine.jpg').rename(v.tmp/'mine.png')
    v.changes(lambda: v.page.locator('#upload input[type=file]').set_input_files(v.tmp/'mine.png'), v.name)
    assert v.name() == 'mine.png'
    v.page.wait_for_timeout(500)
    assert not [*v.tmp.glob('*/uploads/**/mine.png')]


@tried
def refuses(v):
    "What is no image is refused by a message, and the page goes on."
    (v.tmp/'bad.png').write_text('no image')
    v.page.wait_for_selector('#upload input[type=file]', state='attached')
    v.page.locator('#upload input[type=file]').set_input_files(v.tmp/'bad.png')
    v.page.get_by_text('bad.png does not decode').wait_for()
    assert '&' not in v.page.get_by_text('bad.png does not decode').inner_text()
    assert v.name() == 'mine.png' and str(v.tmp) not in v.page.content()
    picks(v)


@tried
def apart(v):
    "A second visitor has a page of their own."
    mine,other = (v.name(),v.ranks()),v.open()
    v.changes(other.locator('#examples button').nth(2).click, lambda: v.name(other))
    v.page.wait_for_timeout(1000)
    assert (v.name(),v.ranks()) == mine != (v.name(other),v.ranks(other))
    other.close()


@tried
def narrow(v):
    "On a phone nothing is wider than the screen."
    page = v.open(viewport=dict(width=390, height=844))
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    page.close()


@tried
def accessible(v):
    "axe finds nothing serious, in light and in dark."
    from axe_playwright_python.sync_playwright import Axe
    for scheme in ('light','dark'):
        page = v.open(color_scheme=scheme)
        found = [(f['id'], f['impact'], f['nodes'][0]['html'][:160]) for f in Axe().run(page).response['violations']]
        assert not (bad := [f for f in found if f[1] in ('serious','critical')]), (scheme, bad)
        page.close()


@tried
def foreign(v):
    "A page of elsewhere may not ask, and no file is served."
    ask = v.page.context.request
    status = lambda origin: ask.post(f'{v.url}/gradio_api/upload', headers=dict(Origin=origin), multipart=dict(files=dict(name='a.png', mimeType='image/png', buffer=b'x'))).status
    assert (status('http://evil.example'), status(v.url)) == (403,200)
    assert ask.get(v.url, headers=dict(Host='evil.example')).status == 403
    assert ask.get(f'{v.url}/gradio_api/file=/etc/passwd').status == 403


@tried
def gone(v):
    "A match whose file is gone is shown as that, and the page goes on."
    gallery, = v.tmp.glob('*/people/bounding_box_test')
    page = v.open()
    gallery.rename(v.tmp/'away')
    for i in range(8): page.locator('#examples button').nth(i).click() or page.wait_for_timeout(500)
    page.get_by_text('its file is gone').first.wait_for()
    (v.tmp/'away').rename(gallery)
    page.close()
    v.changes(lambda: v.page.locator('#examples button').nth(4).click())


@tried
def alone(v):
    "No request went to another host, and no script failed."
    others = {urlsplit(u).netloc for u in v.asked if not u.startswith(('data:','blob:'))} - {urlsplit(v.url).netloc}
    assert not others and not v.errors, (others, v.errors)


def visited(url, tmp):
    "Try everything; how many failed."
    from playwright.sync_api import sync_playwright
    failed = 0
    with sync_playwright() as p:
        v = Visit(p.chromium.launch(**LAUNCH), url, tmp)
        for f in TRIED:
            try: more = f(v)
            except Exception as e: failed,said = failed+1,f'FAIL {f.__doc__} {type(e).__name__}: {e}'
            else: said = f'ok   {f.__doc__}'+f' ({more})'*bool(more)
            print(said, flush=True)
    return failed


def main():
    missing = [name for name in ('playwright','axe_playwright_python','gradio') if not find_spec(name)]+['chromium']*(not LAUNCH['executable_path'])
    if missing: return print(f'skipped: there is no {", ".join(missing)}')
    with tempfile.TemporaryDirectory() as tmp:
        command = [sys.executable, '-c', f'import sys, tempfile; tempfile.tempdir = {tmp!r}; from flannet.command import main; sys.exit(main(["demo", "--port", "0"]))']
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            said = server.stdout.readline()
            if not said: sys.exit(f'it did not start: {server.stderr.read()}')
            failed = visited(said.split()[0], Path(tmp))
            with urlopen(f'{said.split()[0]}/gradio_api/heartbeat/abc', timeout=20) as kept: # as a page that is open
                kept.readline()
                server.send_signal(signal.SIGINT)
                code,left = server.wait(90),[*Path(tmp).glob('*/people')]+[*Path(tmp).glob('*/uploads')]
            text = server.stderr.read()
            if code or left or 'Cancel' in text or 'stopped' in text:
                failed,_ = failed+1,print(f'FAIL Ctrl-C ends it: exit code {code}, left behind {left}, said {text[-600:]}')
        finally: server.kill()
    sys.exit(min(failed, 1))


if __name__ == '__main__': main()
