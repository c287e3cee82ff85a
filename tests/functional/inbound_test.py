#!/usr/bin/env python3
"""--max-inbound: whoever comes first does not have a node for ever, with few places or too many."""

import resource
import subprocess
import unittest

from harness import BIN, Case, wait_until

FULL = "no room for more inbound peers"
# What is kept for all that is not inbound: peers asked for by hand, extra peers, strangers.
OTHERS = 128 + 3 + 128


class Inbound(Case):
    def one(self, name, *flags):
        return self.daemon(name, "regtest", "--no-discovery", "--dbcache", "4", "--par", "1", *flags)

    def caller(self, name, node):
        return self.one(name, "--listen", "off", "--connect", node.node_address).start()

    def inbound(self, node):
        return [peer["nodeid"] for peer in node.rpc("getpeerinfo") if peer["inbound"]]

    def test_a_peer_that_merit_protects_keeps_the_only_place_until_it_leaves(self):
        node = self.one("node", "--max-inbound", "1").start()
        first = self.caller("first", node)
        wait_until(lambda: self.inbound(node) == [first.node_id], "the first has the place")
        second = self.caller("second", node)
        wait_until(lambda: node.rpc("getdoctor")["refused"].get(FULL, 0) >= 2, "it called twice")
        self.assertEqual(self.inbound(node), [first.node_id])
        self.assertEqual(first.stop(), 0)
        wait_until(lambda: self.inbound(node) == [second.node_id], "the second has it now")

    def test_more_places_than_descriptors_are_lowered_so_that_others_get_one(self):
        places = 5  # of which four merits protect one peer each

        def few_files():
            most = 2 * (OTHERS + places)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

        nobody = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798@127.0.0.1:9"
        # With --connect it seeks no peers of its own, and keeps no places for them.
        node = self.one("node", "--max-inbound", "3000", "--connect", nobody)
        node.start(prepare=few_files)
        self.assertIn(f"--max-inbound 3000 is lowered to {places}", node.log.read_text())
        callers = [self.caller(f"n{i}", node) for i in range(places)]
        wait_until(lambda: len(self.inbound(node)) == places, "all places are taken")
        late = self.caller("late", node)

        def let_in():
            inbound = self.inbound(node)
            self.assertLessEqual(len(inbound), places)
            return late.node_id in inbound
        wait_until(let_in, "who came last has a place")
        self.assertEqual(len({c.node_id for c in callers} - set(self.inbound(node))), 1)

    def test_a_share_of_more_than_all_is_a_usage_error(self):
        done = subprocess.run([str(BIN / "starlingd"), "--group-first-share", "101"],
                              capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
        self.assertIn("--group-first-share", done.stderr)


if __name__ == "__main__":
    unittest.main()
