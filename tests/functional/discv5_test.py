"""Speaks Node Discovery v5.1 with another implementation, @chainsafe/discv5 11.0.0, both ways: five
daemons and five nodes of the package on loopback.

The package is installed from npm beside the binaries; where that is not possible the test is
skipped. Its known faults (the record sequence of a WHOAREYOU shifted to the left, leading zeros of
request ids lost) are met on the way in and must do no harm.
"""

import json
import queue
import shutil
import subprocess
import threading
import unittest

import harness

SOURCE = harness.ROOT / "tests/interop/discv5"
DAEMONS, OTHERS = 5, 5


def installed_package():
    """The folder in which the package is installed; skips the test where it cannot be."""
    folder = harness.BIN.parent / "interop-discv5"
    if not shutil.which("npm") or not shutil.which("node"):
        raise unittest.SkipTest("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "nodes.mjs"):
        shutil.copyfile(SOURCE / file, folder / file)
    wanted = json.loads((SOURCE / "package.json").read_text())["dependencies"]
    for name, version in wanted.items():
        there = folder / "node_modules" / name / "package.json"
        if there.exists() and json.loads(there.read_text())["version"] == version:
            continue
        try:
            done = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock",
                 "--fetch-retries", "1", "--fetch-timeout", "20000"],
                cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        except subprocess.TimeoutExpired:
            raise unittest.SkipTest("npm install did not end") from None
        if done.returncode != 0:
            raise unittest.SkipTest("npm install failed: " + done.stderr[-300:])
        break
    return folder


class Others:
    """The nodes of the package, in one process, spoken to in lines of JSON."""

    def __init__(self, folder, log):
        self.process = subprocess.Popen(["node", "nodes.mjs"], cwd=folder, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def ask(self, command, **values):
        self.process.stdin.write(json.dumps({"command": command, **values}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.lines.get(timeout=harness.DEADLINE))
        if "error" in answer:
            raise AssertionError(f"{command}: {answer['error']}")
        return answer["result"]

    def request(self, command, **values):
        """Asks a daemon, up to three times. Where both sides begin a session at once, they keep the
        keys of one handshake and cannot open an answer that we sealed with those of the other."""
        for _ in range(2):
            try:
                return self.ask(command, **values)
            except AssertionError as failure:
                if "Timeout" not in str(failure):
                    raise
        return self.ask(command, **values)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Discv5Test(harness.Case):
    def setUp(self):
        super().setUp()
        package = installed_package()
        first = self.daemon("node0", "local").start()
        self.bootnode = self.overlay(first)["record"]
        for i in range(1, DAEMONS):
            self.daemon(f"node{i}", "local", "--bootnode", self.bootnode).start()
        self.log = open(self.folder / "others.log", "wb")
        self.addCleanup(self.log.close)
        self.others = Others(package, self.log)
        self.addCleanup(self.others.end)

    def overlay(self, daemon):
        info = daemon.rpc("getoverlayinfo")
        return info if info.get("record") else None

    def known_to(self, daemon):
        return {node["nodeid"] for bucket in self.overlay(daemon)["buckets"]
                for node in bucket["nodes"]}

    def test_speaks_with_another_implementation(self):
        ours = [self.overlay(daemon)["nodeid"] for daemon in self.daemons]
        records = [self.overlay(daemon)["record"] for daemon in self.daemons]
        theirs = [self.others.ask("start", bootnode=self.bootnode) for _ in range(OTHERS)]

        # Sessions that they begin: PING, with what we see of them.
        for i in range(OTHERS):
            pong = self.others.request("ping", **{"from": i, "to": records[i % DAEMONS]})
            self.assertEqual((pong["ip"], pong["port"]), ("127.0.0.1", pong["own"]))
            self.assertEqual(int(pong["sequence"]),
                             self.overlay(self.daemons[i % DAEMONS])["sequence"])
        # TALKREQ of a protocol that nobody knows: an empty answer, soon.
        said = self.others.request("talk", **{"from": 1, "to": records[2], "payload": "hello",
                                              "protocol": "nobody-speaks-this"})
        self.assertEqual(said, "")
        # FINDNODE 0 is our own record, byte for byte.
        found = self.others.request("findnode", **{"from": 2, "to": records[1], "distances": [0]})
        self.assertEqual(found, [records[1]])

        # Sessions that we begin: the nodes that spoke to us are asked, answer, and enter.
        everybody = set(ours) | {node["id"] for node in theirs}
        for daemon, own in zip(self.daemons, ours):
            harness.wait_until(lambda: len(self.known_to(daemon) & everybody) >= 8,
                               "a daemon knows eight of the ten")
            self.assertNotIn(own, self.known_to(daemon))
        harness.wait_until(lambda: self.bootnode_knows(theirs, records[0]),
                           "the bootstrap node knows all of theirs")

        self.findnode_with_several_distances(records, ours)
        self.lookups(ours, theirs)
        self.talk_to_them(theirs)
        # What they send was understood.
        for daemon in self.daemons:
            dropped = self.overlay(daemon)["figures"]["dropped"]
            for reason in ("bad_packet", "bad_handshake", "bad_message"):
                self.assertEqual(dropped.get(reason, 0), 0, reason)

    def findnode_with_several_distances(self, records, ours):
        """What they get for all the distances of our table is what the table has."""
        info = self.overlay(self.daemons[3])
        distances = [bucket["distance"] for bucket in info["buckets"]][-8:]
        found = set()
        for distance in distances:
            found |= set(self.others.request("findnode", **{"from": 3, "to": records[3],
                                                            "distances": [distance]}))
        both = self.others.request("findnode", **{"from": 3, "to": records[3],
                                                  "distances": distances[-3:] + [0]})
        self.assertTrue(both)
        self.assertGreaterEqual(len(found), 5, "nodes told of, one distance at a time")
        self.assertNotIn(records[3], found)

    def bootnode_knows(self, theirs, record):
        """Those that it does not know yet speak to it: they do not look for nodes by themselves."""
        known = self.known_to(self.daemons[0])
        missing = [i for i, node in enumerate(theirs) if node["id"] not in known]
        for i in missing:
            self.others.request("ping", **{"from": i, "to": record})
        return not missing

    def talk_to_them(self, theirs):
        """TALKREQ from us, by id and by record; they answer with what they understood."""
        for daemon, node in zip(self.daemons, theirs):
            said = self.response(daemon, node["record"], "starling-test", b"hello".hex())
            self.assertEqual(said, b"starling-test:hello")
        said = self.response(self.daemons[0], theirs[0]["id"], "starling-test")
        self.assertEqual(said, b"starling-test:")

    def response(self, daemon, *words):
        """Of a node to a TALKREQ, which may have to be sent again."""
        return bytes.fromhex(harness.wait_until(
            lambda: daemon.rpc("overlaytalk", *words)["response"], "they answer a TALKREQ"))

    def lookups(self, ours, theirs):
        """Through the mixed network, from both sides, for nodes of both sides. A question may be
        lost, so that one lookup may miss its target; the next ones do not."""
        for target in (ours[4], theirs[4]["id"]):
            report = harness.wait_until(lambda: self.our_lookup(target), "we find " + target)
            asked = {step["nodeid"] for step in report["steps"] if step["took"] is not None}
            self.assertTrue(asked & {node["id"] for node in theirs}, "they were asked too")
            print(f"lookup by us: {len(report['steps'])} questions, {report['took'] * 1000:.0f} ms")
        for target in (ours[4], theirs[4]["id"]):
            closest = harness.wait_until(lambda: self.their_lookup(target), "they find " + target)
            print(f"lookup by them: {len(closest)} nodes")

    def our_lookup(self, target):
        report = self.daemons[1].rpc("overlaylookup", target)
        closest = [node["nodeid"] for node in report["closest"]]
        return report if closest[:1] == [target] else None

    def their_lookup(self, target):
        closest = self.others.ask("lookup", **{"from": 0, "target": target})
        return closest if target in closest else None


if __name__ == "__main__":
    unittest.main()
