#!/usr/bin/env python3
"""A map of AS numbers: peers are counted by it, and a file that is none ends the daemon."""

import subprocess
import unittest

from harness import Case, wait_until


def number(value, least, classes):
    """As bits, the first one first: 1-bits for classes passed over, a 0 unless it is the last."""
    out = []
    value -= least
    for bits in classes:
        if value < 1 << bits:
            return out + [0] * (bits != classes[-1]) + [value >> at & 1
                                                        for at in reversed(range(bits))]
        value -= 1 << bits
        out.append(1)
    raise ValueError(value)


def map_of_one(prefix, length, system):
    """The asmap file in which this IPv4 prefix is of this AS, and nothing else of any."""
    mapped = (0xFFFF << 32 | prefix) >> (32 - length)
    bits = []
    at = 96 + length
    while at > 0:
        count = at % 8 or 8
        at -= count
        pattern = 1 << count | (mapped >> at & (1 << count) - 1)
        bits += [1, 1, 0] + number(pattern, 2, range(1, 9))
    bits += [0] + number(system, 1, range(15, 25))
    out = bytearray((len(bits) + 7) // 8)
    for place, bit in enumerate(bits):
        out[place // 8] |= bit << place % 8
    return bytes(out)


class AsMap(Case):
    def test_peers_are_of_the_as_that_the_map_has(self):
        file = self.folder / "local.map"
        file.write_bytes(map_of_one(0x7F000000, 16, 64500))
        first = self.daemon("first", "regtest", "--asmap", str(file)).start()
        second = self.daemon("second", "regtest", "--bootnode", first.record).start()
        peer = wait_until(lambda: first.rpc("getpeerinfo"), "they connect")[0]
        self.assertEqual(peer["mapped_as"], 64500)
        self.assertEqual(peer["netgroup"], "AS64500")
        self.assertNotIn("mapped_as", second.rpc("getpeerinfo")[0])
        known = wait_until(lambda: first.rpc("getoverlayinfo")["candidates"]["mapped"],
                           "the other is in the tables")
        self.assertEqual(known, 1)
        self.assertEqual(first.rpc("getoverlayinfo")["candidates"]["systems"], 1)
        self.assertIn("the AS map has 1 ASes", first.log.read_text())

    def test_a_file_that_is_none_ends_the_daemon_with_one_line(self):
        file = self.folder / "bad.map"
        file.write_bytes(b"no map")
        node = self.daemon("node", "regtest", "--asmap", str(file))
        done = subprocess.run(node.command(), capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.map", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
