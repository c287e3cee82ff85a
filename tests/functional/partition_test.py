#!/usr/bin/env python3
"""Five nodes, a partition in two, blocks on both sides: after healing one tip, nothing lost."""

import unittest

from harness import Case, some_address, wait_until
from taproot_wallet import Key


class Partition(Case):
    def setUp(self):
        super().setUp()
        self.nodes = [self.daemon(f"n{i}").start() for i in range(5)]

    def part(self, left, right):
        """Each side refuses the other's nodes."""
        for i in left:
            for j in right:
                self.nodes[i].rpc("setban", self.nodes[j].node_id, "add")
                self.nodes[j].rpc("setban", self.nodes[i].node_id, "add")
        for side in left, right:
            ids = {self.nodes[i].node_id for i in side}
            for i in side:
                wait_until(lambda: {p["nodeid"] for p in self.nodes[i].rpc("getpeerinfo")} == ids
                           - {self.nodes[i].node_id}, f"node {i} has the peers of its side alone")

    def heal(self, left, right):
        for i in left:
            for j in right:
                self.nodes[i].rpc("setban", self.nodes[j].node_id, "remove")
                self.nodes[j].rpc("setban", self.nodes[i].node_id, "remove")

    def test_a_losing_side_gets_its_transactions_mined_again(self):
        for i in range(5):
            self.nodes[i].rpc("addnode", self.nodes[(i + 1) % 5].node_address, "add")
        wait_until(lambda: all(n.rpc("getconnectioncount") >= 2 for n in self.nodes), "a ring")
        key = Key(b"partition")
        # Below height 150 the subsidy is 50 coins; 101 blocks make the first coinbase mature.
        first = self.nodes[0].rpc("generatetoaddress", 101, key.address("bcrt"))[0]
        self.wait_same_tip(self.nodes)

        left, right = [0, 1], [2, 3, 4]
        self.part(left, right)
        coinbase = self.nodes[0].rpc("getblock", first, 2)["tx"][0]
        raw = key.spend(coinbase["txid"], 0, 50 * 10**8, some_address("paid"), 50 * 10**8 - 1000)
        txid = self.nodes[0].rpc("sendrawtransaction", raw)
        wait_until(lambda: txid in self.nodes[1].rpc("getrawmempool"), "relay inside the side")
        lost = self.nodes[0].rpc("generatetoaddress", 2, some_address("left"))[-1]
        wait_until(lambda: self.nodes[1].rpc("getbestblockhash") == lost, "the left side agrees")
        self.assertNotIn(txid, self.nodes[0].rpc("getrawmempool"))
        won = self.nodes[2].rpc("generatetoaddress", 4, some_address("right"))[-1]
        wait_until(lambda: all(self.nodes[i].rpc("getbestblockhash") == won for i in right),
                   "the right side agrees")
        self.assertEqual(self.nodes[1].rpc("getbestblockhash"), lost)
        self.assertNotIn(txid, self.nodes[2].rpc("getrawmempool"))

        self.heal(left, right)
        wait_until(lambda: all(n.rpc("getbestblockhash") == won for n in self.nodes), "one tip")
        tips = self.nodes[0].rpc("getchaintips")
        self.assertIn((lost, "valid-fork"), [(t["hash"], t["status"]) for t in tips])
        wait_until(lambda: txid in self.nodes[0].rpc("getrawmempool"), "it is back in the pool")
        wait_until(lambda: all(txid in n.rpc("getrawmempool") for n in self.nodes), "relay")
        block = self.nodes[3].rpc("generatetoaddress", 1, some_address("again"))[0]
        self.assertIn(txid, self.nodes[3].rpc("getblock", block)["tx"])
        self.wait_same_tip(self.nodes)
        hashes = {n.rpc("gettxoutsetinfo", "muhash")["muhash"] for n in self.nodes}
        self.assertEqual(len(hashes), 1)


if __name__ == "__main__":
    unittest.main()
