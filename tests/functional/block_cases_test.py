#!/usr/bin/env python3
"""getblocktemplate's proposal mode judges every case block as the reference node did."""

import json
import unittest

from harness import Case, RpcError, shared_file


class BlockCases(Case):
    def test_gives_the_reference_verdict_for_every_case(self):
        cases = json.loads(shared_file("cases/block-cases.json").read_text())["cases"]
        node = self.daemon()
        node.import_files(shared_file("cases/chain.dat"))
        node.start()
        for case in cases:
            with self.subTest(case["name"]):
                try:
                    verdict = node.rpc("getblocktemplate", {"mode": "proposal", "data": case["block"]})
                except RpcError as error:
                    verdict = "rpc: " + error.message
                self.assertEqual((verdict or "valid").split(" (")[0],
                                 case["verdict"].split(" (")[0])
        self.assertEqual(node.rpc("getblockcount"), 117)


if __name__ == "__main__":
    unittest.main()
