#!/usr/bin/env python3
"""`starlingd import` gives the known answers of Bitcoin Core, in whatever order the blocks come."""

import random
import unittest

from harness import Case, frame, framed_blocks, make_chain, shared_file

CHAIN_DAT = dict(height=117, tip="5497da805e08", outputs=219, total="5802.00000000",
                 muhash="8316a159031c10d11d4b69891587ecc2ae252cd27678afe2f1d79952f3e62b15")
MADE = dict(height=300, tip="02160d6946fc", outputs=16058, total="11212.50000000",
            muhash="d423d8c8667e25425e82584685022eafb58af0ef8ca1aaeed08ab477744d82aa")


class Import(Case):
    def assert_state(self, node, known):
        node.start()
        info = node.rpc("gettxoutsetinfo", "muhash")
        self.assertEqual(info["height"], known["height"])
        self.assertTrue(info["bestblock"].startswith(known["tip"]))
        self.assertEqual(info["txouts"], known["outputs"])
        self.assertEqual(f"{info['total_amount']:.8f}", known["total"])
        self.assertEqual(info["muhash"], known["muhash"])
        self.assertEqual(node.stop(), 0)

    def test_gives_the_known_answers_of_the_case_chain(self):
        node = self.daemon()
        line = node.import_files(shared_file("cases/chain.dat"))
        self.assertEqual((line["blocks"], line["height"]), (117, 117))
        self.assertTrue(line["tip"].startswith(CHAIN_DAT["tip"]))
        self.assertEqual(set(line), {"blocks", "transactions", "inputs", "seconds", "height", "tip"})
        self.assert_state(node, CHAIN_DAT)

    def test_gives_the_known_answers_of_a_made_chain(self):
        node = self.daemon()
        chain = make_chain(self.folder / "chain", "--blocks", 300, "--txs", 40)
        self.assertEqual(node.import_files(chain)["height"], 300)
        self.assert_state(node, MADE)

    def test_takes_blocks_out_of_order_with_garbage_between_them(self):
        blocks = framed_blocks(shared_file("cases/chain.dat"))
        chance = random.Random(5)
        chance.shuffle(blocks)
        mixed = self.folder / "mixed"
        with open(mixed, "wb") as out:
            for block in blocks:
                out.write(chance.randbytes(chance.randrange(200)))
                out.write(frame(block))
            out.write(frame(blocks[0])[:100])  # a torn end
        node = self.daemon()
        self.assertEqual(node.import_files(mixed)["height"], 117)
        self.assert_state(node, CHAIN_DAT)

    def test_goes_on_where_an_earlier_file_ended(self):
        blocks = framed_blocks(shared_file("cases/chain.dat"))
        parts = [self.folder / "a", self.folder / "b"]
        parts[0].write_bytes(b"".join(map(frame, blocks[:60])))
        parts[1].write_bytes(b"".join(map(frame, blocks[50:])))
        node = self.daemon()
        self.assertEqual(node.import_files(parts[0])["height"], 60)
        self.assertEqual(node.import_files(parts[1])["height"], 117)
        self.assert_state(node, CHAIN_DAT)

    def test_keeps_the_good_blocks_below_a_bad_one(self):
        blocks = framed_blocks(shared_file("cases/chain.dat"))
        bad = bytearray(blocks[100])
        bad[-1] ^= 1  # the lock time of its last transaction: another Merkle root
        mixed = self.folder / "mixed"
        mixed.write_bytes(b"".join(map(frame, blocks[:100] + [bytes(bad)] + blocks[101:])))
        node = self.daemon()
        self.assertEqual(node.import_files(mixed)["height"], 100)
        whole = shared_file("cases/chain.dat")
        self.assertEqual(node.import_files(whole)["height"], 117)


if __name__ == "__main__":
    unittest.main()
