# make replay    install what is missing, build, replay the notebooks and the tutorial
# make test      the same, and every test
# make install   one self-contained binary and its completions under PREFIX
# make check     format, layout and lint of library and lessons, import rules, kernels on every
#                level, the command on emulated CPUs
# make wasm-check  the core compiles for the browser, as far as it does
# make exhaustive  the functions on all 2^32 f32 inputs, and 10^7 f64 points each
# make bench     Étude beside NumPy, PyTorch, JAX and Python: a table, and .build/bench.json

SWIFT    ?= swift
PREFIX   ?= /usr/local
PACKAGES := libedit-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libyaml-dev libmd-dev \
            zlib1g-dev libjansson-dev dataset-fashion-mnist
MPFR     := libmpfr-dev libgmp-dev
SUDO     := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON   ?= python3
ETUDE    := .build/release/etude
# The command holds Swift's own libraries: it starts sooner, and counts references without a jump
# through a table. Tests can't be built so, hence in a folder of their own.
STATIC   := --static-swift-stdlib
TESTS    := --scratch-path .build-tests

.PHONY: replay test check format layout imports kernels emulated wasm-check exhaustive bench build install uninstall \
  dependencies mpfr clean

replay: build
	$(ETUDE) replay notebooks docs/tutorial.md docs/figures.md

test: build
	$(call debian,tmux)
	$(SWIFT) build -c release --build-tests $(TESTS)
	$(SWIFT) test -c release --skip-build $(TESTS)
	$(ETUDE) replay notebooks docs/tutorial.md docs/figures.md

build: dependencies
	$(SWIFT) build -c release --product etude $(STATIC)

# Debian's packages; asked for only when one is missing.
define debian
	@if command -v dpkg-query >/dev/null; then \
	  missing=; \
	  for package in $(1); do \
	    dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed \
	      || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    $(SUDO) apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq $$missing >/dev/null; \
	  fi; \
	fi
endef

dependencies:
	$(call debian,pkg-config $(PACKAGES))

mpfr:
	$(call debian,$(MPFR))

check: format imports wasm-check kernels emulated layout

format:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

layout: build
	$(ETUDE) fmt --check stdlib notebooks
	$(ETUDE) lint stdlib notebooks docs/tutorial.md docs/figures.md

imports:
	Tests/imports.sh
	$(SWIFT) build -c release --explicit-target-dependency-import-check error $(TESTS)

kernels: mpfr
	Tests/Kernels/check.sh

emulated: build
	Tests/emulated.sh

wasm-check:
	Tests/wasm.sh

exhaustive: mpfr
	Tests/Exhaustive/run.sh

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(ETUDE) $(DESTDIR)$(PREFIX)/bin/etude
	$(ETUDE) --generate-completion-script bash \
	  > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/etude
	$(ETUDE) --generate-completion-script zsh \
	  > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_etude
	$(ETUDE) --generate-completion-script fish \
	  > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/etude.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/etude \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/etude \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_etude \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/etude.fish

clean:
	rm -rf .build .build-tests

# Peers run in PYTHON, whichever of them it has; ROWS='MLP matmul' chooses.
bench: build
	$(PYTHON) Benchmarks/bench.py --etude $(ETUDE) --json .build/bench.json $(if $(ROWS),--rows $(ROWS))
