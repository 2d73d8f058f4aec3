PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/installed

# Runs a notebook: $(RUN) NOTEBOOK COPY -p name value ... (the copy is there when it ran through, and not before)
RUN    := $(BIN)/flannet run
PROFILE ?= mini
DATA    ?= data
RESULTS ?= results
REPORTS ?=
SEEDS   ?=
CHANGES ?=
WITHOUT ?=
CLUSTER ?=
JOBS    ?=

# Folders and names stand in commands as they are, so they must be plain; other words reach the shell by its environment.
OPEN   := (
SIGNS  := ; & | < > ` ' " \ * ? [ ] { } $$ $(OPEN) !
plain   = $(foreach c,$(SIGNS),$(if $(findstring $c,$(value $1)),$(error $1 must have no $c, which means something to a shell)))
$(foreach v,PROFILE DATA RESULTS CLUSTER JOBS SEEDS,$(call plain,$v))
$(foreach v,REPORTS CHANGES WITHOUT ROWS COLS VARIANTS,$(if $(findstring $$,$(value $v)),$(error $v must have no dollar sign, which means something to make)))
$(if $(word 2,$(DATA))$(word 2,$(RESULTS))$(word 2,$(CURDIR)),$(error DATA, RESULTS and this folder must have no spaces))
export REPORTS CHANGES WITHOUT ROWS COLS VARIANTS

OUT    := build/$(PROFILE)
$(call plain,OUT)
TABLE  := $(OUT)/table5.ipynb
FIGURE := $(OUT)/figure4.ipynb

# The grid of the paper, by Snakemake.
EXPERIMENTS := nbs/experiments
GPUS    := $(if $(CLUSTER),,$(if $(filter paper,$(PROFILE)),$(or $(JOBS),1)))
GRID     = $(BIN)/snakemake -s $(EXPERIMENTS)/Snakefile \
	$(if $(CLUSTER),--profile $(EXPERIMENTS)/profiles/$(CLUSTER) $(JOBS:%=--jobs %),$(if $(GPUS),--resources gpu=$(GPUS),$(JOBS:%=--cores %))) \
	--config profile=$(PROFILE) data=$(abspath $(DATA)) results=$(abspath $(RESULTS)) home=$(CURDIR) gpus=$(GPUS) \
	reports="$$REPORTS" seeds=$(SEEDS) changes="$$CHANGES" without="$$WITHOUT" rows="$$ROWS" columns="$$COLS" variants="$$VARIANTS"

# One thread a process: two processes with two threads each, on two cores, take ten times as long.
export OMP_NUM_THREADS := 1

.PHONY: help install lab quick reports tables plan cross-domain grid throughput test site export readme pins clean
.DELETE_ON_ERROR:
.SECONDARY:

help:
	@echo 'make install       the environment, in .venv'
	@echo 'make lab           JupyterLab on the notebooks'
	@echo 'make quick         a first look: synthetic people, two short trainings, a table and a figure of validation people, in build/quick'
	@echo 'make reports       every table and figure, from the runs that are in $(RESULTS)'
	@echo 'make tables        every table and figure, and the runs they miss: PROFILE=paper DATA=/my/data JOBS=8 REPORTS="table5 figure3" WITHOUT=pfd'
	@echo 'make plan          what make tables would run, what it misses, and what is possible without that'
	@echo 'make cross-domain  train on each data set, test on all: ROWS="market1501" COLS="market1501 occluded_reid" VARIANTS="full" for some'
	@echo 'make throughput    how long each stage takes on this machine, beside plain ways to do it'
	@echo 'make test          run every notebook of the library, check the repository'
	@echo 'make site          all notebooks, tables and figures as one site, in build/site/html'
	@echo 'make export        write the modules of flannet/ from the notebooks, and clean the notebooks'
	@echo 'make readme        write README.md and docs/result.md from nbs/index.ipynb and nbs/result.ipynb'
	@echo 'make pins          write constraints.txt from the environment'
	@echo 'make clean         delete build and .snakemake: what make quick, make site and the tutorials made, executed notebooks, logs, decoded images'

# $(call timed,NAME,COMMAND): run it, say how long it took, and keep that for the summary.
timed = @mkdir -p $(OUT)/times; start=$$(date +%s); echo '$(1) ...'; $(2) && \
	echo "$(1): $$(( $$(date +%s) - start )) s" | tee $(OUT)/times/$(1)

install: $(STAMP)

$(STAMP): setup.py settings.ini constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("flannet needs Python 3.10 or newer, this is %d.%d: name another one, as in make install PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3,10) else 0)'
	@start=$$(date +%s); test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	$(BIN)/python -m pip install --use-pep517 -c constraints.txt -e '.[dev]' && touch $@ && \
	echo "installed into .venv in $$(( $$(date +%s) - start )) s"

lab: install
	@echo 'Paths in nbs/experiments are those of make: in their cells of parameters, write ../../results and ../../data.'
	$(BIN)/jupyter-lab nbs

quick: install
	@$(MAKE) --no-print-directory -j2 PROFILE=quick build/quick/table5.ipynb build/quick/figure4.ipynb
	@echo; echo 'Where the time went:'; cat build/quick/times/*
	@echo 'Table 5: build/quick/table5.ipynb   Figure 4: build/quick/figure4.ipynb'

$(DATA)/synth_%: | $(STAMP)
	$(call timed,1-synth_$*,$(BIN)/python -c "from flannet.data.synth import make_dataset; make_dataset('synth_$*' $(comma) '$(DATA)')")

$(OUT)/train_%.ipynb: nbs/experiments/train.ipynb | $(STAMP) $(DATA)/synth_occluded_duke
	$(call timed,2-train-$*,$(RUN) $< $@ -p run occluded_duke/$* -p profile $(PROFILE) -p validation true -p root $(DATA) -p out $(OUT)/runs)

$(OUT)/look_%.ipynb: nbs/experiments/look.ipynb $(OUT)/train_%.ipynb | $(STAMP)
	$(call timed,3-look-$*,$(RUN) $< $@ -p run occluded_duke/$* -p profile $(PROFILE) -p validation true -p root $(DATA) -p results $(OUT))

$(TABLE) $(FIGURE): $(OUT)/%.ipynb: nbs/experiments/%.ipynb $(OUT)/look_baseline.ipynb $(OUT)/look_full.ipynb | $(STAMP)
	$(call timed,4-$*,$(RUN) $< $@ -p profile $(PROFILE) -p results $(OUT))

tables: grid
	@$(GRID) --quiet host reason

reports: grid
	@$(GRID) trains=no --quiet host reason

plan: grid
	@out=$$($(GRID) -n --quiet host reason 2>&1) && done=0 || done=1; \
	echo "$$out" | awk '/^Job stats:/ && n++ {exit} !/^(\[|$$|Using|Assuming|Building|rule all|  )/'; \
	if echo "$$out" | grep -q '^missing:'; then echo 'not yet: first bring what is missing, or make what is possible (see above)'; done=1; fi; exit $$done

cross-domain: REPORTS := cross_domain
cross-domain: tables

grid: install
	@test -x $(BIN)/snakemake || { echo 'Snakemake needs Python 3.11 or newer: delete .venv, and make install PYTHON=python3.11'; exit 1; }

throughput: install
	$(RUN) nbs/experiments/throughput.ipynb $(OUT)/throughput.ipynb -p out $(OUT)/throughput

comma := ,

test: install
	@$(BIN)/python -u .ci/check.py

site: install
	@rm -rf build/site && $(BIN)/python docs/pages.py build/site/pages && \
	$(BIN)/python -m sphinx -W --keep-going -q -j 2 -c docs -d build/site/doctrees build/site/pages build/site/html && echo 'the site: build/site/html/index.html'

export: install
	@$(BIN)/nbdev_export && $(BIN)/nbdev_clean

readme: install
	@$(BIN)/python .ci/readme.py

pins: install
	@$(BIN)/python .ci/pins.py

clean:
	rm -rf build .snakemake
