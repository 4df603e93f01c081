# Two commands for a fresh machine: `make demo` shows the kiosk, `make test` runs every check and test.
# All the work is in packaging/dev/bootstrap; pdeathsig ends it should make be killed.
BOOTSTRAP := setpriv --pdeathsig TERM -- ./packaging/dev/bootstrap

.PHONY: help demo test day fuzz privacy audit lint lock dist dist-test clean

help:
	@echo "make demo    install what is missing, show the kiosk with a sandbox (no display: writes demo.png)"
	@echo "make test    install what is missing, run every check and test"
	@echo "make day     play a whole day: 200 visitors in a real window, ten minutes"
	@echo "make fuzz    a million hostile inputs for whatever reads some"
	@echo "make privacy what one visitor leaves, searched for by the next, after every way a visit can end"
	@echo "make audit   ask for known vulnerabilities in what is locked (needs the internet)"
	@echo "make lint    the same, without the tests: locks, ruff, mypy"
	@echo "make lock    make packaging/locks anew from pyproject.toml (UPGRADE=1: newest versions)"
	@echo "make dist    make the installers, packages and the apt repository in dist/ (ONLY=linux-qt,apt: some of it)"
	@echo "make dist-test  install and try what make dist made (ONLY=WORD: the trials whose names have it)"
	@echo "make clean   remove what the other targets made"

demo test day fuzz privacy audit lint clean:
	@$(BOOTSTRAP) $@

lock:
	@$(BOOTSTRAP) lock $(if $(UPGRADE),--upgrade)

dist dist-test:
	@$(BOOTSTRAP) $@ $(if $(ONLY),"$(ONLY)")
