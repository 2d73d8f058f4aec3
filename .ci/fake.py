#!/usr/bin/env python3
"""A training step on a device that is not the host's, before anybody has one.

Tensors have shapes and a device here, but no values (torch's FakeTensorMode, on the device "meta"): an operation on
tensors of two devices fails, and so does `.item()`, which on a GPU would make the host wait. Augmentation, forward,
losses, backward and optimizers run so for every row of Table 5, for CLIP-ReID's second stage, and for every other
variant and option that computes something of its own. Not covered: autocast, whose precision is none of the device
"meta", the fused kernel of SGD, whose plain form runs instead, and a generator of random numbers on the device.

Usage: .venv/bin/python .ci/fake.py
"""
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import torch
import torch._functorch.config
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from flannet.data.batches import augment
from flannet.method.model import diagnostics
from flannet.reproduce.runs import TABLES, VARIANTS, build, plan
from flannet.training.loop import Trainer, optimizers_of, set_rates

IDS,BATCH,CAMERAS = 5,8,3
ROWS = [run for run,_ in TABLES['table5']]
OPTIONS = ('sie=yes jitter=yes patches=raw stride=4', 'pre_norm=no residual=standard context=initial heads=1 triplet_on=raw after_bn=no', 'context=none queries=1 blocks=1 phi_norm=yes',
           'token_scale=none text_pool=mean attend_to=patches', 'attend_blocks=2 shared_classifier=yes lam_grad=yes', 'fuse_what=logits align_reduction=sum', 'size=(8,8) pad=0 smoothing=0 arc_momentum=.9')


def moved(net):
    "The network with its tensors on the device; what two modules share stays shared."
    new = {}
    def move(t): return new.setdefault(id(t), torch.empty(t.shape, dtype=t.dtype, device='meta'))
    for m in net.modules():
        for k,b in m._buffers.items(): m._buffers[k] = None if b is None else move(b)
        for k,p in m._parameters.items():
            if p is not None: m._parameters[k] = new.setdefault((id(p),'p'), nn.Parameter(move(p), p.requires_grad))
    return net


def trainer(cfg):
    "A `Trainer` whose network is on the device, and which has no images."
    net = build(cfg, IDS, CAMERAS)
    if hasattr(net, 'text_features'): net.text_features.zero_() # as after the first stage
    net.train()
    net.clip.text.eval()
    t = Trainer.__new__(Trainer)
    t.cfg,t.device,t.done,t.at = cfg,torch.device('meta'),0,0
    t.scaler,t.autocast,t.gradients = torch.amp.GradScaler('cpu', enabled=False),nullcontext,t.learn
    with FakeTensorMode() as mode:
        t.net = t.model = moved(net)
        t.optimizers = optimizers_of(net)
    for group in (g for o in t.optimizers if isinstance(o, torch.optim.SGD) for g in o.param_groups): group['fused'] = False
    return t,mode


@mock.patch('torch.optim.adam._device_dtype_check_for_fused', lambda p, **_: None) # which knows no "meta"
@mock.patch('torch.optim.sgd._device_dtype_check_for_fused', lambda p, **_: None)
def step(run, changes=''):
    "One step of a run of the grid, with random weights of the mini profile."
    cfg = plan(run, 'mini', f'weights= {changes}')[1]
    t,mode = trainer(cfg)
    with mode:
        def whole(n, *shape): return torch.empty(shape, dtype=torch.uint8 if n == 256 else torch.int64, device='meta')
        x = augment(whole(256, BATCH, 3, *cfg.size), t.draws(0), cfg.flip, cfg.pad, cfg.erase, cfg.mean, cfg.std, cfg.jitter)
        more = dict(cams=whole(CAMERAS, BATCH)) if cfg.sie else {}
        if 'pose' in t.net.takes: more |= dict(pose=torch.empty(BATCH, cfg.joints, 3, device='meta'))
        set_rates(t.optimizers, cfg, .5)
        out = t.step(x, whole(IDS, BATCH), **more)
        diagnostics(t.net, out)
    devices = {p.grad.device.type for p in t.net.parameters() if p.grad is not None} | {v.device.type for v in out.terms.values()}
    if devices != {'meta'}: raise RuntimeError(f'losses and gradients are on {devices}')


def refuses(what, mixed):
    "The mode tells what it is there to tell."
    with FakeTensorMode():
        x = torch.empty(3, device='meta')
        try: mixed(x)
        except Exception: return
    raise RuntimeError(f'{what} passes, so this proves nothing')


def main():
    torch._functorch.config.fake_tensor_allow_meta = True
    refuses('.item()', lambda x: x.sum().item())
    refuses('a branch on a value', lambda x: 1 if (x > 0).any() else 0)
    refuses('a mixed device', lambda x: x+torch.empty(3))
    duke = 'occluded_duke/'
    todo = [*((run,'') for run in ROWS), *((duke+v,'') for v in VARIANTS if duke+v not in ROWS)]
    todo += [(duke+'full',changes) for changes in OPTIONS] + [(duke+'clipreid','sie=yes triplet_on=raw'), (duke+'transreid','sie=yes stride=5 triplet_on=raw after_bn=no optimizer=sgd schedule=cosine squared=yes'),
        (duke+'pfd','sie=yes triplet_on=raw match=paper slots=paper push=code decoder_ffn=paper')]
    failed = 0
    for run,changes in todo:
        try: step(run, changes)
        except Exception as e:
            failed += 1
            at = [f'{Path(f.filename).name}, line {f.lineno}' for f in traceback.extract_tb(e.__traceback__) if '/flannet/' in f.filename][-1:]
            print(f'{run} {changes}: {type(e).__name__} in {"".join(at)}: {str(e)[:300]}', flush=True)
    print(f'{len(todo)-failed} of {len(todo)} steps are of one device, and wait for nothing')
    return bool(failed)


if __name__ == '__main__': sys.exit(main())
