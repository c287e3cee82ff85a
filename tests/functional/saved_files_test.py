#!/usr/bin/env python3
"""Files that a node keeps over restarts, when they are damaged, not to be read or not to be written."""

import hashlib
import socket
import unittest

from harness import Case, wait_until

FILES = "peers.dat", "anchors.dat", "discovery.dat"


def anchors_file(node):
    """An anchors.dat with this node: see p2p/anchors.h."""
    key, address = node.node_address.split("@")
    host, port = address.split(":")
    body = b"STAN\x01\x01" + b"\0" * 10 + b"\xff\xff" + socket.inet_aton(host)
    body += int(port).to_bytes(2, "little") + bytes.fromhex(key)
    return body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]


class SavedFiles(Case):
    def setUp(self):
        super().setUp()
        self.first = self.daemon("first").start()
        self.node = self.daemon("node", "regtest", "--bootnode", self.first.record).start()
        self.wait_found()

    def wait_found(self):
        wait_until(lambda: [peer["nodeid"] for peer in self.node.rpc("getpeerinfo")]
                   == [self.first.node_id], "it has its peer")
        wait_until(lambda: self.node.rpc("getoverlayinfo")["live"] == 1, "the table has it too")

    def warnings(self, name):
        lines = self.node.log.read_text().splitlines()
        return [line for line in lines if " W " in line and f" {name} " in line]

    def assert_put_aside(self, name):
        self.assertEqual(len(self.warnings(name)), 1, self.warnings(name))
        self.assertIn(f"it is now {name}.damaged", self.warnings(name)[0])

    def test_damaged_ones_are_put_aside_and_the_network_is_found_again(self):
        self.assertEqual(self.node.stop(), 0)
        (self.node.home / "anchors.dat").write_bytes(anchors_file(self.first))
        self.node.start()  # whole ones are taken without a word
        self.wait_found()
        wait_until(lambda: {"0 of 1 lost"} == {
            term["seen"] for term in self.node.rpc("getnetworkinfo")["eclipse"]["terms"]
            if term["name"] == "anchors"}, "its anchor was dialled")
        self.assertEqual(self.node.stop(), 0)

        damaged = {}
        for name in FILES:
            self.assertEqual(self.warnings(name), [])
            content = bytearray((self.node.home / name).read_bytes())
            content[len(content) // 2] ^= 0x10
            (self.node.home / name).write_bytes(content)
            damaged[name] = bytes(content)
        self.node.start()
        self.wait_found()
        for name in FILES:
            self.assert_put_aside(name)
            self.assertEqual((self.node.home / (name + ".damaged")).read_bytes(), damaged[name])
        density = self.node.rpc("getoverlayinfo")["density"]
        self.assertIs(density["alarming"], False)
        self.assertIsInstance(density["lookups"], int)

        self.assertEqual(self.node.stop(), 0)
        self.node.flags = []
        self.node.start()  # from what it has written since
        self.wait_found()
        self.assertEqual(self.node.rpc("getpeerinfo")[0]["origin"], "saved")
        for name in FILES:
            self.assert_put_aside(name)  # and no second time

    def test_ones_that_cannot_be_read_are_put_aside_whole(self):
        self.assertEqual(self.node.stop(), 0)
        for name in FILES:
            path = self.node.home / name
            path.unlink(missing_ok=True)
            path.mkdir()  # root reads files of any mode
            (path / "inside").touch()
        self.node.start()
        self.wait_found()
        for name in FILES:
            self.assert_put_aside(name)
            self.assertTrue((self.node.home / (name + ".damaged") / "inside").exists())

    def test_a_stop_writes_each_whatever_becomes_of_the_others(self):
        (self.node.home / "mempool.dat").mkdir(exist_ok=True)
        for name in "peers.dat", "discovery.dat":
            (self.node.home / name).unlink(missing_ok=True)
        self.assertEqual(self.node.stop(), 0)
        self.assertEqual(len(self.warnings("mempool.dat")), 1)
        self.assertIn("was not saved", self.warnings("mempool.dat")[0])
        for name in "peers.dat", "discovery.dat":
            self.assertTrue((self.node.home / name).is_file(), name)
        for name in ".cookie", "rpc.address", "node.record":
            self.assertFalse((self.node.home / name).exists(), name)


if __name__ == "__main__":
    unittest.main()
