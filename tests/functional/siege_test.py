#!/usr/bin/env python3
"""One process with 200 identities on one loopback /16 tries to own all connections of a node.

Addresses 127.x.y.z serve as netgroups: twelve honest daemons have one each, the attacker one for all
of its identities. They live, tell of nobody but each other, call the victim and take its calls, and
keep every block to themselves (hostile/hostile_identities.cpp).

What is shown is that of its own connections the victim has one a netgroup at most. On `local` all
nodes may be of one machine, so that there the address manager has no bounds by netgroup: most of what
the victim knows is the attacker's, and its choice has to do without them.
"""

import re
import subprocess
import threading
import time
import unittest

import harness
from harness import Case, Daemon, some_address, wait_until

HONEST, IDENTITIES = 12, 200
SLOTS = 12  # eight for all, four for blocks alone
HOSTILE_GROUP, VICTIM_GROUP = "127.66", "127.20"
# The smallest there are: 13 daemons share one machine.
FLAGS = ("--dbcache", "4", "--par", "1")


def tell(text):
    print(f"  {text}", flush=True)


def slots_lost(groups):
    """Of connections to these netgroups: how many of the slots are the attacker's. The extra peer,
    every five minutes, has none, and is of any netgroup where all are taken."""
    extra = max(0, len(groups) - SLOTS)
    return max(0, groups.count(HOSTILE_GROUP) - extra)


class Attacker:
    """The hostile process; ended with its input."""

    def __init__(self, record, log):
        self.log = log
        self.reader = None
        self.let_in = self.taken = 0  # connections to the victim, and of it, a second ago at most
        for port in (19444, 29444, 39444):
            with open(log, "ab") as errors:
                self.process = subprocess.Popen(
                    [str(harness.BIN / "hostile_identities"), "local", HOSTILE_GROUP, str(port),
                     str(IDENTITIES), record],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
            if self.process.stdout.readline() == "ready\n":
                self.reader = threading.Thread(target=self._read, daemon=True)
                self.reader.start()
                return
            self.stop()
        raise AssertionError("the attacker did not start: " + log.read_text()[-500:])

    def _read(self):
        for line in self.process.stdout:
            let_in, _, _, taken, _ = line.split()
            self.let_in, self.taken = int(let_in), int(taken)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.reader is not None:
            self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()


class Siege(Case):
    def setUp(self):
        super().setUp()
        self.attacker = None

    def tearDown(self):
        if self.attacker is not None:
            self.attacker.stop()
        super().tearDown()

    def start(self, name, group, *flags):
        made = self.daemon(name, "local", *FLAGS, "--listen", f"{group}.0.1:0", *flags)
        return made.start()

    def start_honest(self):
        """Twelve that know each other, and call nobody but the first: the victim is to call them."""
        first = self.start("h0", "127.40")
        wait_until(lambda: first.record.startswith("enr:"), "the first node's record")
        self.honest = [first] + [
            self.start(f"h{i}", f"127.{40 + i}", "--connect", first.record, "--bootnode", first.record)
            for i in range(1, HONEST)]
        self.groups = {f"127.{40 + i}" for i in range(HONEST)}

    def outbound(self):
        """Netgroups of its own connections that last: a feeler is there for a moment."""
        return [peer["netgroup"] for peer in self.victim.rpc("getpeerinfo")
                if not peer["inbound"] and peer["connection_type"] != "feeler"
                and peer["subver"]]

    def hostile_outbound(self):
        return sum(group == HOSTILE_GROUP for group in self.outbound())

    def assert_says_so(self):
        """What a person sees of the victim: all is calm. Gives how many of its own connections are
        honest, how many of its slots hostile, and the signs of an eclipse by name."""
        text = subprocess.run(
            [str(harness.BIN / "starling"), "--network", "local", "--datadir",
             str(self.victim.folder), "peers"], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in text.splitlines()]
        own = [row for row in rows if row[0] in ("out", "block")]
        signs = {row[0]: row[1:] for row in rows if row[0] in
                 ("eclipse", "netgroups", "tip", "anchors", "density")}
        self.assertEqual(signs["eclipse"][-1], "calm", text)
        # Of nodes that share a machine nobody need have a netgroup of its own, or find blocks.
        self.assertEqual((signs["netgroups"][0], signs["tip"][0]), ("-", "-"), text)
        return (sum(row[3] in self.groups for row in own),
                slots_lost([row[3] for row in own]), signs)

    def find_block(self, miner):
        height = miner.rpc("getblockcount") + 1
        miner.rpc("generatetoaddress", 1, some_address("siege", "lstl"))
        wait_until(lambda: self.victim.rpc("getblockcount") >= height, f"the victim has block {height}")

    def assert_holds_out(self, seconds):
        """For so long no more than one of its slots goes to the attacker, and blocks come; then most of
        the honest nodes are its peers."""
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            groups = self.outbound()
            self.assertLessEqual(slots_lost(groups), 1, f"outbound: {groups}")
            self.find_block(self.honest[turn % HONEST])
            turn += 1
            time.sleep(0.2)
        groups = self.outbound()
        self.assertGreaterEqual(len(set(groups) & self.groups), 7, f"outbound: {groups}")

    def test_two_hundred_identities_of_one_netgroup_do_not_surround_a_node(self):
        self.start_honest()
        self.victim = self.start("victim", VICTIM_GROUP, "--bootnode", self.honest[0].record)
        self.find_block(self.honest[0])
        # The first of them seeks peers too, and may be the one who calls.
        wait_until(lambda: len(set(self.outbound()) & self.groups) >= HONEST - 1,
                   "eleven honest peers have slots of the victim")
        self.attacker = Attacker(self.victim.record, self.folder / "attacker.log")
        wait_until(lambda: self.attacker.let_in >= 8, "the victim has let many of them in")
        self.assert_holds_out(15)
        honest, hostile, signs = self.assert_says_so()
        self.assertGreaterEqual(honest, HONEST - 1)  # nobody lost a slot to the siege
        self.assertLessEqual(hostile, 1)  # the twelfth may be theirs
        self.assertEqual(signs["anchors"], "- none from before".split())
        tell(f"{self.attacker.let_in} of {IDENTITIES} let in; of the victim's {len(self.outbound())} "
             f"own connections {self.hostile_outbound()} hostile")

        # What it knows by now is mostly the attacker's; it begins anew from that.
        address = self.victim.p2p_address
        self.victim.stop()
        self.victim.start("--listen", address)
        wait_until(lambda: len(set(self.outbound()) & self.groups) >= 7,
                   "after a restart the victim has seven honest peers again")
        self.assert_holds_out(10)
        honest, hostile, signs = self.assert_says_so()
        self.assertGreaterEqual(honest, 7)
        self.assertLessEqual(hostile, 1)  # thirteen netgroups for twelve slots: one may be theirs
        self.assertRegex(" ".join(signs["anchors"]), "^0 0 of [4-8] lost$")
        tell(f"after a restart {self.attacker.let_in} let in; of {len(self.outbound())} own "
             f"connections {self.hostile_outbound()} hostile")

        # A crash takes nothing of whom it was connected to.
        self.victim.kill()
        self.victim.start("--listen", address)
        wait_until(lambda: len(set(self.outbound()) & self.groups) >= 7,
                   "after a crash the victim has seven honest peers again")
        # It looks for signs every ten seconds.
        wait_until(lambda: re.fullmatch("0 0 of [4-8] lost",
                                        " ".join(self.assert_says_so()[2]["anchors"])),
                   "the victim has reached its anchors of before the crash")


if __name__ == "__main__":
    unittest.main()
