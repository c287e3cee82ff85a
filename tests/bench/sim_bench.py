#!/usr/bin/env python3
"""Runs worlds of the simulator and prints how many times real time they take, beside the bound.

  idle    scenarios/idle.toml: 1,000 hosts, a block every ten minutes, no payments,  300 times
          two virtual hours, joining included
  swarm   200 seeds of 10 hosts, with faults, hostile hosts and all checkers       5,000 times
  large   scenarios/ten_thousand.toml: 10,000 hosts, a block a minute of a           1 time
          hundred transactions; within 12 GiB. An hour, so only with --large

The bounds hold for two cores that nothing else takes. Machines are shared, so the ratio to the
processors' time stands beside the ratio to the clock; swarms keep all cores busy, a run one.

  tests/bench/sim_bench.py [--large]
"""
import argparse
import json
import pathlib
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SIM = ROOT / "build/release/bin/starling-sim"
SCENARIOS = ROOT / "tests/sim/scenarios"
WORLDS = (
    ("idle", 300, ("run", "--scenario", SCENARIOS / "idle.toml")),
    ("swarm", 5_000, ("swarm", "--seeds", "200", "--nodes", "10")),
)
LARGE = (("large", 1, ("run", "--scenario", SCENARIOS / "ten_thousand.toml")),)


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(name, bound, arguments):
    before, begun = processor_seconds(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:  # a failing run leaves its last events there
        out = subprocess.run([SIM, *arguments, "--json"], cwd=folder, capture_output=True,
                             text=True, check=True).stdout
    elapsed, used = time.monotonic() - begun, processor_seconds() - before
    report = json.loads(out)
    simulated = report["simulated_seconds"]
    memory = report["real"].get("memory_bytes")
    print(f"{name:6} {simulated / elapsed:9,.1f} times real time (bound {bound:,}), "
          f"{simulated / used:9,.1f} times processor time"
          + (f", {memory / 2**30:.2f} GiB" if memory else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="the 10,000 hosts too")
    for world in WORLDS + (LARGE if parser.parse_args().large else ()):
        measure(*world)


if __name__ == "__main__":
    main()
