#!/usr/bin/env python3
"""Nodes find each other on a LAN by multicast: two network namespaces of this test's own, joined by
a cable of their own. Nothing leaves them. Skipped where namespaces may not be made."""

import json
import os
import shutil
import subprocess
import unittest

from harness import BIN, Case, Daemon, wait_until


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


class Housed(Daemon):
    """A daemon in a namespace, where only the command line reaches its RPC."""

    def __init__(self, namespace, *rest):
        super().__init__(*rest)
        self.namespace = namespace

    def command(self, *flags):
        listening = ["--listen", "0.0.0.0:0"]  # its namespace has nothing but the cable
        return ["ip", "netns", "exec", self.namespace, *super().command(*listening, *flags)]

    def rpc(self, method, *params):
        done = subprocess.run(
            ["ip", "netns", "exec", self.namespace, str(BIN / "starling"), "--network", self.network,
             "--datadir", str(self.folder), "--json", "rpc", method, *map(json.dumps, params)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise OSError(done.stderr)
        return json.loads(done.stdout)


class Lan(Case):
    def setUp(self):
        super().setUp()
        self.names = [f"starling-{os.getpid()}-{side}" for side in "ab"]
        if shutil.which("ip") is None or ip("netns", "add", self.names[0], check=False).returncode:
            self.skipTest("network namespaces need root and iproute2")
        self.addCleanup(lambda: [ip("netns", "del", name, check=False) for name in self.names])
        ip("netns", "add", self.names[1])
        cables = [f"sl{os.getpid() % 100000}{side}" for side in "ab"]
        ip("link", "add", cables[0], "type", "veth", "peer", "name", cables[1])
        for i, (name, cable) in enumerate(zip(self.names, cables)):
            ip("link", "set", cable, "netns", name, "name", "cable")
            ip("-n", name, "addr", "add", f"10.83.84.{i + 1}/24", "dev", "cable")
            ip("-n", name, "link", "set", "cable", "up")
            ip("-n", name, "link", "set", "lo", "up")

    def housed(self, side, *flags):
        made = Housed(self.names[side], self.folder / "ab"[side], "local", *flags)
        self.daemons.append(made)
        return made.start()

    def test_two_machines_find_each_other(self):
        nodes = [self.housed(side, "--lan", "cable") for side in (0, 1)]
        for side, node in enumerate(nodes):
            peers = wait_until(lambda: node.rpc("getpeerinfo"), "they are connected")
            self.assertEqual(peers[0]["transport_protocol_type"], "bolt8")
            self.assertTrue(peers[0]["addr"].startswith(f"10.83.84.{2 - side}:"), peers)
            self.assertTrue(node.rpc("getoverlayinfo")["udp"].startswith(f"10.83.84.{side + 1}:"))


if __name__ == "__main__":
    unittest.main()
