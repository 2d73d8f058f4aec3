"""Sphinx's settings, and what is done to a page's HTML: names of flannet become links, wide things can be scrolled."""
import importlib.util
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import pages

project = title = html_title = pages.setting('title')
author = pages.setting('author')
copyright = pages.setting('copyright')
release = version = pages.setting('version')
language = 'en'
extensions = ['myst_nb','sphinx.ext.mathjax']
nb_execution_mode = 'off'
nb_render_markdown_format = 'myst'
nb_code_prompt_show = 'Its code'
nb_code_prompt_hide = 'Its code'
myst_enable_extensions = ['dollarmath','fieldlist','colon_fence']
myst_heading_anchors = 4
myst_heading_slug_func = 'pages.slug'
add_module_names = False
python_maximum_signature_line_length = 70
html_theme = 'furo'
html_static_path = ['_static']
templates_path = ['_templates']
html_css_files,html_js_files = ['site.css'],['site.js']
html_favicon = '_static/favicon.svg'
html_copy_source = html_show_sourcelink = False
html_baseurl = f'{pages.setting("doc_host")}{pages.setting("doc_baseurl")}/'
html_theme_options = dict(top_of_page_buttons=['edit'])
mathjax_path = 'tex-svg.js' # no CDN: it comes with the package sphinx-mathjax-offline
mathjax3_config = dict(options=dict(enableMenu=False))
html_use_index = False
nitpicky = True # a name of ours that is nowhere is an error; those of others are left alone
nitpick_ignore_regex = [('py:.*','(?!flannet).*')]
MODULES = {pages.module_of(pages.ROOT/file):page.removesuffix('.ipynb') for file,page in pages.places().items() if page.endswith('.ipynb')} # module → page
FILES = {page:file for file,page in pages.places().items()} # page → what it is made from


def repository(page):
    "The file that a page is made from; none for a list of pages."
    file = next((FILES[page+end] for end in ('.ipynb','.md') if page+end in FILES and not page.startswith('results/')), '')
    if page.startswith('results/') and page.count('/') == 2: file = f'nbs/experiments/{page.split("/")[-1]}.ipynb'
    return file


def linked(body, page, app):
    "Names of flannet in code, linked to where they are defined."
    objects = app.env.domains.python_domain.objects
    file = repository(page)
    names = pages.scope(pages.ROOT/file) if file.endswith('.ipynb') else {}
    everywhere = {}
    for full in objects: everywhere.setdefault(full.split('.')[-1], []).append(full)
    def link(full, text):
        if full not in objects: return text
        o = objects[full]
        return f'<a class="name" href="{app.builder.get_relative_uri(page, o.docname)}#{o.node_id}">{text}</a>'
    def full_name(word):
        found = everywhere.get(word, [])
        alone = len(found) == 1 and found[0].count('.') == 3 and re.search(r'[A-Z_]', word)
        return word if word in objects else names.get(word) or (found[0] if alone else '')
    def code(m):
        if m[2] in MODULES: return f'<a class="name" href="{app.builder.get_relative_uri(page, MODULES[m[2]])}">{m[0]}</a>'
        return link(names[m[2]], m[0]) if m[2] in names else m[0]
    def inline(m):
        word = re.match(r'[\w.]+', re.sub(r'<.*?>', '', m[0]))
        return link(full_name(word[0]), m[0]) if word else m[0]
    def part(text):
        text = re.sub(r'(?<!<span class="o">\.</span>)<span class="(n|nf|nc|nn|ne|nd)">([\w.]+)</span>(?!<span class="o">=</span>)', code, text)
        return re.sub(r'<code class="docutils literal notranslate">.*?</code>', inline, text)
    return ''.join(p if p.startswith('<a') else part(p) for p in re.split(r'(<a\b.*?</a>)', body, flags=re.S))


def finish(app, page, template, context, doctree):
    "The last touches of a page."
    file = repository(page)
    git = pages.setting('git_url')
    context['edit_url'] = f'{git}/edit/{pages.setting("branch")}/{file}' if file else ''
    context['notebook_url'] = context['pathto'](f'_notebooks/{file}', 1) if file.endswith('.ipynb') else ''
    if not context.get('body'): return
    body = linked(context['body'], page, app)
    def lines(m): return f'<div>{m[1]}</div>'.replace('dd>', 'div>') # of a signature: no list of terms without terms
    context['body'] = re.sub(r'<dl>\s*(<dd>.*?)</dl>', lines, body, flags=re.S)


def bring(app, failed):
    "What pages load and offer: the formulas' script, the notebooks as they are."
    if failed: return
    found = Path(importlib.util.find_spec('sphinx-mathjax-offline').origin).parent/'static/mathjax/tex-svg.js'
    shutil.copy(found, Path(app.outdir)/'_static')
    for file in filter(lambda f: f.endswith('.ipynb'), FILES.values()):
        to = Path(app.outdir)/'_notebooks'/file
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pages.ROOT/file, to)


def setup(app):
    app.connect('html-page-context', finish)
    app.connect('build-finished', bring)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
