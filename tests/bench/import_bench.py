#!/usr/bin/env python3
"""Imports a chain of 959,070 inputs and prints inputs per second beside the machine's own limit.

The limit is cores times the rate of one Schnorr verification (with parsing the key), measured in
the same run, before and after the import, because machines are shared and their speed drifts.

  tests/bench/import_bench.py [--runs 3] [--chain FILE]
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import BIN, ROOT, make_chain  # noqa: E402

CHAIN = ("--blocks", 350, "--txs", 4000, "--keys", 2000, "--seed", 7)


def verifications_per_second():
    """Of one core: the library's verification and key parsing, nothing of ours around it."""
    out = subprocess.run([str(BIN / "verify_bench"), "--benchmark_filter=BareSchnorrVerify",
                          "--benchmark_min_time=1", "--benchmark_format=json"],
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)["benchmarks"][0]
    return {"ns": 1e9, "us": 1e6, "ms": 1e3}[result["time_unit"]] / result["cpu_time"]


def anonymous_kib(pid):
    try:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def timed_import(chain):
    """(the import's own line, the peak of its anonymous memory in MiB)"""
    folder, peak, ended = tempfile.mkdtemp(prefix="starling-bench-"), 0, threading.Event()
    process = subprocess.Popen([str(BIN / "starlingd"), "import", str(chain), "--network", "regtest",
                                "--datadir", folder, "--json"], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL)

    def watch():
        nonlocal peak
        while not ended.wait(0.02):
            peak = max(peak, anonymous_kib(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out = process.communicate()[0]
    ended.set()
    watcher.join()
    shutil.rmtree(folder, ignore_errors=True)
    if process.returncode != 0:
        sys.exit(f"import ended with {process.returncode}")
    return json.loads(out.splitlines()[-1]), peak / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--chain", type=pathlib.Path, default=ROOT / "build/bench/chain.dat")
    options = parser.parse_args()
    if not options.chain.exists():
        print("making the chain, which takes some minutes ...", flush=True)
        options.chain.parent.mkdir(parents=True, exist_ok=True)
        part = options.chain.with_suffix(".part")
        make_chain(part, *CHAIN)
        part.rename(options.chain)

    cores, shares = os.cpu_count(), []
    for run in range(options.runs):
        before = verifications_per_second()
        line, peak = timed_import(options.chain)
        limit = cores * (before + verifications_per_second()) / 2
        rate = line["inputs"] / line["seconds"]
        shares.append(rate / limit)
        print(f"run {run + 1}: {line['inputs']} inputs in {line['seconds']} s: {rate:,.0f} inputs/s; "
              f"limit {cores} cores x {limit / cores:,.0f} = {limit:,.0f}/s; "
              f"{100 * rate / limit:.1f} % of it; peak anonymous memory {peak:.0f} MiB", flush=True)
    print(f"median: {100 * statistics.median(shares):.1f} % of the machine's limit")


if __name__ == "__main__":
    main()
