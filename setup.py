import re
from configparser import ConfigParser
from pathlib import Path
from shutil import copytree
from setuptools import find_packages
from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SHIPPED = 'mini-clip','mini-flannet' # folders of data, which flannet.core.shipped finds

config = ConfigParser(delimiters=['='])
config.read(ROOT/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']


class WithWeights(build_py):
    "Puts what is shipped into flannet/weights of what is built; an editable install finds it in data."
    def run(self):
        super().run()
        if self.editable_mode: return
        for name in SHIPPED: copytree(ROOT/'data'/name, Path(self.build_lib)/cfg['lib_path']/'weights'/name, dirs_exist_ok=True)


extras = {k.removesuffix('_requirements'):v.split() for k,v in cfg.items() if k.endswith('_requirements')}
extras['dev'] += [r for k,v in extras.items() if k not in ('dev','pose') for r in v] # whose tests run, too


def described():
    "README.md, whose links to files lead to the repository, since where it is read next these files are not."
    def there(m): return f"]({cfg['git_url']}/{'raw' if m[1].endswith('.png') else 'blob'}/{cfg['branch']}/{m[1]})"
    return re.sub(r'\]\((?!\w+:|#)([^)]+)\)', there, (ROOT/'README.md').read_text(encoding='utf-8'))


STAGES = 'Planning','Pre-Alpha','Alpha','Beta','Production/Stable','Mature','Inactive'
stage,oldest = int(cfg['status']),int(cfg['min_python'].split('.')[1])
classifiers = [
    f'Development Status :: {stage} - {STAGES[stage-1]}', f"Intended Audience :: {cfg['audience']}", f"Natural Language :: {cfg['language']}",
    *(f'Programming Language :: Python :: 3.{minor}' for minor in range(oldest, 15))] # which CI tries

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    long_description=described(), long_description_content_type='text/markdown', classifiers=classifiers,
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'], license='Apache-2.0',
    packages=find_packages(include=[cfg['lib_path'], f"{cfg['lib_path']}.*"]), python_requires='>='+cfg['min_python'],
    install_requires=cfg['requirements'].split(), extras_require=extras, cmdclass=dict(build_py=WithWeights),
    entry_points=dict(nbdev=[f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"], console_scripts=cfg['console_scripts'].split()))
