#!/usr/bin/env python3
"""The link's throughput beside what `openssl speed` shows of its cipher in the same run.

The goal is a ratio of at least 0.5 for sealing and for opening.
"""

import json
import pathlib
import subprocess

BENCH = pathlib.Path(__file__).resolve().parent.parent.parent / "build/release/bin/link_bench"
GOAL = 0.5


def openssl_bytes_per_second(*options):
    out = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", "2", "-bytes", "65000", *options,
         "-evp", "chacha20-poly1305"], capture_output=True, text=True, check=True).stdout
    # "+F:22:ChaCha20-Poly1305:1234567890.00"
    line = next(line for line in out.splitlines() if line.startswith("+F:"))
    return float(line.rsplit(":", 1)[1])


def link_figures():
    # Again, although tests/bench/run has run it: the machine may have been busier then.
    out = subprocess.run([BENCH, "--benchmark_format=json"], capture_output=True, text=True,
                         check=True).stdout
    return {one["name"]: one for one in json.loads(out)["benchmarks"]}


def main():
    references = {"Seal": openssl_bytes_per_second(), "Open": openssl_bytes_per_second("-decrypt")}
    figures = link_figures()
    for what, reference in references.items():
        print(f"openssl speed, 65,000 bytes, {what.lower()}: {reference / 1e9:.2f} GB/s")
        for name, figure in figures.items():
            if what not in name:
                continue
            rate = figure["bytes_per_second"]
            print(f"  {name}: {rate / 1e9:.2f} GB/s, {rate / reference:.2f} of openssl's")
    for name in ("LinkHandshake", "LinkActTwo"):
        print(f"{name}: {figures[name]['items_per_second']:,.0f} a second on one core")
    slow = [f"Link{what}/65000" for what, reference in references.items()
            if figures[f"Link{what}/65000"]["bytes_per_second"] < GOAL * reference]
    if slow:
        raise SystemExit(f"below {GOAL} of openssl's: {', '.join(slow)}")


if __name__ == "__main__":
    main()
