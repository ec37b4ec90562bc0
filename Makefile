# A front end to CMake. `make help` lists the targets.
# CXX=clang++-14 chooses a compiler, BUILD=dir a build directory, JOBS=n the parallel compilations, DEPS=no installs nothing.

BUILD ?= build
CMAKE_FLAGS ?=
SAMPLES ?= 1e9
SEED ?= $(shell date +%s)
SEED := $(SEED)
FAULTS ?= 500
LINEAGES ?= 1000
SOAK_RANKS ?= 1 2 3 5 16
COMPARE ?=
LINT_SECONDS ?= 180
LINT_SINCE ?= HEAD~1
DEPS ?= yes
ifeq ($(origin CXX),default)
  CXX := g++
endif
export CXX

BUILD_PACKAGES := g++ cmake ninja-build git openmpi-bin libopenmpi-dev libboost-mpi-dev libboost-serialization-dev \
  libboost-context-dev libboost-iostreams-dev libips4o-dev libfmt-dev nlohmann-json3-dev libcli11-dev libtsl-ordered-map-dev libxxhash-dev libzstd-dev \
  librandom123-dev libsimdjson-dev libgtest-dev
# pkg-config; arrays of NumPy; plots and the scaling suite; Slurm on emulated hosts, whose tests need root
TEST_PACKAGES := pkgconf python3 python3-numpy python3-matplotlib python3-scipy
ifeq ($(shell id -u),0)
  TEST_PACKAGES += slurmctld slurmd slurm-client munge iproute2 util-linux
endif
STYLE_PACKAGES := clang-format-14 shellcheck
LINT_PACKAGES := clang-14 clang-tidy-14 libomp-14-dev libclang-rt-14-dev
DOCS_PACKAGES := doxygen python3
COMPARE_PACKAGES := python3 python3-venv
# of Python: the systems that `make compare` measures, and what they and the figure need; Bodo cannot do with a newer Pandas
PEER_PACKAGES := matplotlib numpy 'pandas<3.1' duckdb polars bodo pyarrow pyspark pysparkling
ifneq ($(filter clang++%,$(notdir $(CXX))),)
  BUILD_PACKAGES += $(patsubst clang++%,clang%,$(notdir $(CXX)))
endif

, := ,

# Expanded when a recipe runs: `make deps` may only then have installed the tools.
# Cores, not hardware threads: ranks are compute-bound, and Open MPI counts slots in cores.
CORES = $(shell n=$$(lscpu -p=CORE,SOCKET 2>/dev/null | grep -v '^\#' | sort -u | wc -l); a=$$(nproc); \
          if [ "$$n" -ge 1 ] && [ "$$n" -lt "$$a" ]; then echo "$$n"; else echo "$$a"; fi)
JOBS ?= $(shell nproc)
VERSION = $(shell sed -n 's/^\#define SELTZER_VERSION_[A-Z]* \([0-9]*\)$$/\1/p' include/seltzer/version.hpp | paste -sd .)
SOURCES = $(shell find include src tests \( -name '*.hpp' -o -name '*.cpp' -o -name '*.ipp' \))
# mpirun refuses to run as root unless two variables allow it; ranks are not bound, since other jobs may use the same cores.
AS_ROOT := $(if $(filter 0,$(shell id -u)),OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
MPIRUN := $(AS_ROOT) mpirun --bind-to none
# with more ranks than cores, ranks yield
SOAK_MPIRUN := env OMPI_MCA_mpi_yield_when_idle=1 $(MPIRUN) --oversubscribe --timeout 900

# configure(directory, compiler, options): prints CMake's output only if it fails. With another compiler than before, CMake drops
# its cache and forgets the options, so it gets them twice.
run_cmake = cmake -S . -B $(1) $(if $(wildcard $(1)/CMakeCache.txt),,-G Ninja) \
  -DCMAKE_CXX_COMPILER="$$(command -v $(2) || echo $(2))" $(3) >$(1)/configure.log 2>&1
configure = @mkdir -p $(1) && { { $(call run_cmake,$(1),$(2),$(3)) && \
  { ! grep -q 'require your cache to be deleted' $(1)/configure.log || $(call run_cmake,$(1),$(2),$(3)); }; } || \
  { cat $(1)/configure.log; exit 1; }; }

.PHONY: all build install pi test soak bench compare asan tsan format style lint lint-changed docs deps test-deps style-deps lint-deps docs-deps compare-deps help clean
.NOTPARALLEL:
.DEFAULT_GOAL := all

all: build

build: deps
	$(call configure,$(BUILD),$(CXX),-DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS))
	@cmake --build $(BUILD) -j $(JOBS)

# Builds and installs the library and the tools, without programs and tests.
install: deps
	@[ -n "$(PREFIX)" ] || { echo "where to? make install PREFIX=directory" >&2; exit 2; }
	$(call configure,$(BUILD),$(CXX),-DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS))
	@cmake --build $(BUILD) -j $(JOBS) --target seltzer
	@cmake --install $(BUILD) --prefix "$(PREFIX)" >$(BUILD)/install.log
	@echo "installed into $(PREFIX); $(BUILD)/install.log lists the files"

pi: deps
	$(call configure,$(BUILD),$(CXX),-DCMAKE_BUILD_TYPE=Release $(CMAKE_FLAGS))
	@cmake --build $(BUILD) -j $(JOBS) --target pi
	@cores=$(CORES); out=$$(mktemp); trap 'rm -f "$$out"' EXIT; \
	for ranks in $$(printf '1\n%s\n' "$$cores" | sort -nu); do \
	  $(MPIRUN) -n $$ranks $(BUILD)/bin/pi --samples $(SAMPLES) >"$$out.$$ranks" || { cat "$$out.$$ranks"; exit 1; }; \
	  cat "$$out.$$ranks"; \
	  grep '^RESULT ' "$$out.$$ranks" >>"$$out" || { echo "pi printed no RESULT line" >&2; exit 1; }; rm -f "$$out.$$ranks"; \
	done; \
	awk '{ for (i = 1; i <= NF; ++i) if ($$i ~ /^seconds=/) seconds[NR] = substr($$i, 9) } \
	     END { printf "1 rank %.3f s, %d ranks %.3f s: %.2f times as fast\n", \
	           seconds[1], '"$$cores"', seconds[NR], seconds[1] / seconds[NR] }' "$$out"

# Five tests per core: they mostly wait, for ranks to start and for each other.
test: test-deps build
	@ctest --test-dir $(BUILD) -j $$((5 * $(JOBS))) --no-tests=error --output-on-failure

# Random lineages against an oracle, and random faults in user code. The time limit is for 50 lineages, which run as one program.
soak: test-deps build
	@echo "SEED=$(SEED): make soak SEED=n LINEAGES=1 repeats one lineage"
	@SEED=$(SEED) LINEAGES=$(LINEAGES) RANKS="$(SOAK_RANKS)" \
	  tests/random_lineage.sh "$(SOAK_MPIRUN)" $(BUILD)/bin/random_lineage_program
	@tests/random_faults.sh "$(SOAK_MPIRUN)" $(BUILD)/bin/random_fault_program $(FAULTS) $(SEED)

bench: build
	@ls $(BUILD)/bin/bench_* >/dev/null 2>&1 || { echo "there are no bench programs in $(BUILD)/bin" >&2; exit 1; }
	@for program in $(BUILD)/bin/bench_*; do $(MPIRUN) -n $(CORES) $$program || exit; done

# Systems that cannot be installed are left out of the table, which says why; Spark also needs a Java.
compare: compare-deps build
	@python3 -m venv $(BUILD)/peers-venv
	@cd $(BUILD)/peers-venv && for package in $(PEER_PACKAGES); do \
	  log=$${package%%<*}.log; bin/pip install -q --disable-pip-version-check "$$package" >$$log 2>&1 || \
	  echo "$$package cannot be installed: $$(tail -n 1 $$log)"; done
	@$(BUILD)/peers-venv/bin/python results/compare --build $(BUILD) $(COMPARE)

asan: test-deps
	$(call configure,build-asan,$(CXX),-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -D_GLIBCXX_ASSERTIONS" \
	  -DSELTZER_SANITIZE=address$(,)undefined $(CMAKE_FLAGS))
	@cmake --build build-asan -j $(JOBS)
	@ctest --test-dir build-asan -j 2 --output-on-failure

# The threads: heartbeats, pipes, decompression, and whatever a program starts. MPI itself is not built for this; its own races are left out.
tsan: test-deps
	$(call configure,build-tsan,$(CXX),-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DSELTZER_SANITIZE=thread $(CMAKE_FLAGS))
	@cmake --build build-tsan -j $(JOBS)
	@ctest --test-dir build-tsan -j 2 --output-on-failure

format: style-deps
	@clang-format-14 -i $(SOURCES)

style: style-deps
	@clang-format-14 --dry-run -Werror $(SOURCES)
	@shellcheck $$(find .ci tests slurm -name '*.sh' -o -name '*.sbatch' -o -path .ci/run)

# every header compiles alone, no warnings from clang, clang-tidy
lint: style lint-deps
	$(call configure,build-lint,clang++-14,-DCMAKE_BUILD_TYPE=Debug -DSELTZER_PRECOMPILE=OFF)
	@cmake --build build-lint -j $(JOBS) --target all_verify_interface_header_sets seltzer_build_info
	@find src -name '*.cpp' | xargs -P $(JOBS) -n 1 clang-tidy-14 -p build-lint --quiet --warnings-as-errors='*'

# The gate of CI: what the newest commit changed, or everything since LINT_SINCE.
lint-changed: lint-deps
	$(call configure,build-lint,clang++-14,-DCMAKE_BUILD_TYPE=Debug -DSELTZER_PRECOMPILE=OFF)
	@cmake --build build-lint -j $(JOBS) --target seltzer_build_info
	@tests/lint_changed.sh build-lint $(LINT_SECONDS) $(LINT_SINCE)

# The reference and the tutorial. Fails for a public name without a comment and for broken links.
docs: docs-deps
	@rm -rf $(BUILD)/docs && mkdir -p $(BUILD)/docs
	@SELTZER_DOCS=$(BUILD)/docs SELTZER_VERSION=$(VERSION) doxygen src/docs/Doxyfile
	@tests/quotes.py .
	@tests/links.py . $(BUILD)/docs/html
	@echo "$(BUILD)/docs/html/index.html"

# installs what is missing; needs root only if something is
define install_missing
missing=; for package in $(1); do \
  dpkg-query -W -f='$${Status}\n' "$$package" 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$package"; done; \
[ -n "$$missing" ] && [ "$(DEPS)" != no ] || exit 0; \
command -v apt-get >/dev/null || \
  { echo "no apt-get here; Seltzer needs, by the names of Debian's packages:$$missing" >&2; exit 0; }; \
root=; if [ "$$(id -u)" != 0 ]; then root=sudo; command -v sudo >/dev/null || \
  { echo "no sudo here; as root run: apt-get install$$missing  (or DEPS=no, if they are installed elsewhere)" >&2; exit 1; }; fi; \
echo "installing$$missing"; \
$$root apt-get update -q && \
$$root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing
endef

deps:
	@$(call install_missing,$(BUILD_PACKAGES))

test-deps: deps
	@$(call install_missing,$(TEST_PACKAGES))

style-deps:
	@$(call install_missing,$(STYLE_PACKAGES))

docs-deps:
	@$(call install_missing,$(DOCS_PACKAGES))

compare-deps:
	@$(call install_missing,$(COMPARE_PACKAGES))

lint-deps: deps
	@$(call install_missing,$(LINT_PACKAGES))

help:
	@echo 'make          build the library, the programs and the tests into $(BUILD)/'
	@echo 'make install  build the library and install it, with the cluster tools, into PREFIX=directory'
	@echo 'make pi       estimate pi on 1 rank and on all cores, and compare (SAMPLES=$(SAMPLES))'
	@echo 'make test     build, then run all tests'
	@echo 'make soak     random lineages against an oracle on $(SOAK_RANKS) ranks, and random faults (LINEAGES=$(LINEAGES), FAULTS=$(FAULTS), SEED=n)'
	@echo 'make bench    build, then run all bench programs on all cores'
	@echo 'make compare  build, then compare with DuckDB, Polars, Bodo, Spark and loops by hand; takes hours (COMPARE=options of results/compare)'
	@echo 'make asan     the tests under the address and undefined behaviour sanitizers, in build-asan/'
	@echo 'make tsan     the tests under the thread sanitizer, in build-tsan/'
	@echo 'make style    formatting and shellcheck'
	@echo 'make lint     style, clang-tidy, every header alone, in build-lint/'
	@echo 'make lint-changed  clang-tidy and headers alone, for what the newest commit changed (LINT_SINCE=commit, LINT_SECONDS=$(LINT_SECONDS))'
	@echo 'make docs     the reference and the tutorial as HTML, in $(BUILD)/docs/html/'
	@echo 'make format   run clang-format on all sources'
	@echo 'make deps     install the Debian packages that are missing'
	@echo 'make clean    remove the build directories'
	@echo 'variables:    CXX=clang++-14, BUILD=directory, JOBS=n, DEPS=no, CMAKE_FLAGS=-DSELTZER_NATIVE=OFF'

clean:
	rm -rf $(BUILD) build-asan build-tsan build-lint
