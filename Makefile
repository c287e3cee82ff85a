# The two commands of a newcomer are `make testnet` and `make test`; everything else is CMake.

export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)
BIN := build/release/bin

all: build

packages:
	@.ci/packages

configure: packages
	@cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }

build: | build/
	@$(MAKE) --no-print-directory configure
	@cmake --build --preset release

build/:
	@mkdir -p build

# Builds, then runs a local network of five nodes in the foreground until Ctrl-C.
testnet: build
	@$(BIN)/starling testnet up

# Builds, then runs every test there is.
test: build
	@ctest --preset release --parallel $(CMAKE_BUILD_PARALLEL_LEVEL)

bench: build
	@tests/bench/run

format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format -i

clean:
	@rm -rf build

.PHONY: all packages configure build testnet test bench format clean
