from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages
from setuptools import setup

config = ConfigParser(delimiters=['='])
config.read(Path(__file__).parent/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

extras = {k:cfg[f'{k}_requirements'].split() for k in ('convert','search','postgres','dev')}
extras['dev'] += [r for k in extras if k != 'dev' for r in extras[k]] # whose tests run, too

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'], license='Apache-2.0',
    packages=find_packages(include=[cfg['lib_path'], f"{cfg['lib_path']}.*"]), python_requires='>='+cfg['min_python'],
    install_requires=cfg['requirements'].split(), extras_require=extras,
    entry_points=dict(nbdev=[f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"], console_scripts=cfg['console_scripts'].split()))
