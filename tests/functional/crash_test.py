#!/usr/bin/env python3
"""SIGKILL at random instants: the node opens at a block boundary and goes on to the same end."""

import os
import random
import struct
import subprocess
import time
import unittest

from harness import BIN, Case, frame, framed_blocks, make_chain, some_address, wait_until

KILLS = int(os.environ.get("STARLING_KILLS", "100"))  # of each of the two kinds: 200 in all


class Crash(Case):
    def opened(self, node):
        """Seconds from start to the first RPC answer."""
        began = time.monotonic()
        node.start()
        return time.monotonic() - began

    def test_import_goes_on_after_each_kill_to_the_same_coins(self):
        chain = make_chain(self.folder / "chain", "--blocks", 300, "--txs", 40)
        whole = self.daemon("whole")
        began = time.monotonic()
        whole.import_files(chain)
        length = time.monotonic() - began
        whole.start()
        expected = whole.rpc("gettxoutsetinfo", "muhash")
        whole.stop()

        chance = random.Random(11)
        node, height, starts = self.daemon("killed"), 0, 0
        for kill in range(KILLS):
            process = subprocess.Popen(
                [str(BIN / "starlingd"), "import", str(chain), "--network", "regtest",
                 "--datadir", str(node.folder), "--json"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
            try:
                process.wait(chance.random() * length)
                self.assertEqual(process.returncode, 0, process.stderr.read()[-2000:])
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stderr.close()
            if kill % 10 == 9:  # now and then look what is there
                self.opened(node)
                # What was appended after the last commit is connected again at once.
                wait_until(lambda: node.rpc("getblockcount") >= height,
                           f"a killed process loses nothing: height {height}")
                height, starts = node.rpc("getblockcount"), starts + 1
                node.kill()
            if height == 300:  # begin again, so that every kill hits an import
                node, height = self.daemon(f"killed{kill}"), 0
        self.assertGreater(starts, 0)
        node.import_files(chain)
        node.start()
        info = node.rpc("gettxoutsetinfo", "muhash")
        self.assertEqual((info["bestblock"], info["muhash"]),
                         (expected["bestblock"], expected["muhash"]))

    def test_reorganisations_survive_kills(self):
        node, chance = self.daemon(), random.Random(12)
        node.start()
        node.rpc("generatetoaddress", 20, some_address("base"))
        for kill in range(KILLS):
            self.disturb(node, chance, kill)
            node.kill()
            self.assertLess(self.opened(node), 10)
            # What was appended after the last commit is connected again at once.
            wait_until(lambda: node.rpc("getblockheader", node.rpc("getbestblockhash"))["height"]
                       == node.rpc("getblockcount") >= 18, "the chain is whole again")
        # The coins are those that a fresh node computes from the blocks of the chain.
        blocks = [bytes.fromhex(node.rpc("getblock", node.rpc("getblockhash", h), 0))
                  for h in range(1, node.rpc("getblockcount") + 1)]
        expected = node.rpc("gettxoutsetinfo", "muhash")
        copy = self.folder / "copy"
        copy.write_bytes(b"".join(map(frame, blocks)))
        fresh = self.daemon("fresh")
        fresh.import_files(copy)
        fresh.start()
        info = fresh.rpc("gettxoutsetinfo", "muhash")
        self.assertEqual((info["bestblock"], info["muhash"]),
                         (expected["bestblock"], expected["muhash"]))

    def disturb(self, node, chance, kill):
        """A few reorganisations, left at a random instant."""
        end = time.monotonic() + chance.random() * 0.15
        while time.monotonic() < end:
            top = node.rpc("getblockcount")
            doomed = node.rpc("getblockhash", top - chance.randrange(3))
            node.rpc("invalidateblock", doomed)
            node.rpc("generatetoaddress", chance.randrange(1, 4), some_address(f"{kill}"))
            node.rpc("reconsiderblock", doomed)

    def test_what_stands_behind_the_committed_length_is_cut_or_used(self):
        node = self.daemon()
        node.start()
        node.rpc("generatetoaddress", 30, some_address("a"))
        node.stop()
        segment = sorted((node.home / "blocks").iterdir())[-1]
        good = segment.read_bytes()
        chance = random.Random(13)
        for tail in (b"\xfa\xbf\xb5\xda", frame(chance.randbytes(500)), chance.randbytes(4000),
                     frame(b"")[:6], struct.pack("<I", 0) * 20,
                     frame(framed_blocks(segment)[3])[:-1]):
            segment.write_bytes(good + tail)
            node.start()
            self.assertEqual(node.rpc("getblockcount"), 30)
            node.rpc("generatetoaddress", 1, some_address("b"))
            node.rpc("invalidateblock", node.rpc("getbestblockhash"))
            wait_until(lambda: node.rpc("getblockcount") == 30, "back")
            node.stop()
            good = segment.read_bytes()


if __name__ == "__main__":
    unittest.main()
