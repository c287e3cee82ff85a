#!/usr/bin/env python3
"""Keys, encrypted links and discovery between a few daemons: one record is all that one needs."""

import base64
import socket
import struct
import subprocess
import unittest

from harness import BIN, Case, some_address, wait_until


class Identity(Case):
    def one(self, name, *flags, network="regtest"):
        return self.daemon(name, network, *flags)

    def peer_ids(self, node):
        return {peer.get("nodeid") for peer in node.rpc("getpeerinfo")}

    def wait_peers(self, node, *others):
        wanted = {other.node_id for other in others}
        wait_until(lambda: self.peer_ids(node) == wanted, f"{node.folder.name} has its peers")

    def test_one_record_is_enough_to_connect_encrypted_and_to_sync(self):
        first = self.one("first").start()
        first.rpc("generatetoaddress", 3, some_address("x"))
        second = self.one("second", "--bootnode", first.record).start()
        self.wait_peers(second, first)
        self.wait_same_tip([first, second])
        peer = second.rpc("getpeerinfo")[0]
        self.assertEqual(peer["transport_protocol_type"], "bolt8")
        self.assertEqual(peer["pubkey"], first.rpc("getoverlayinfo")["pubkey"])
        table = wait_until(lambda: first.rpc("getoverlayinfo")["buckets"], "it enters the table")
        self.assertEqual(table[0]["nodes"][0]["nodeid"], second.node_id)
        found = first.rpc("overlaylookup", second.node_id)
        self.assertEqual(found["closest"][0]["nodeid"], second.node_id)
        self.assertEqual(first.rpc("getdoctor")["networks"]["foreign"], 0)

    def test_whoever_is_named_by_key_or_record_is_connected_to_and_nobody_else(self):
        first = self.one("first", "--no-discovery").start()
        by_key = self.one("by_key", "--no-discovery", "--connect", first.node_address).start()
        by_record = self.one("by_record", "--no-discovery", "--connect", first.record).start()
        self.wait_peers(by_key, first)
        self.wait_peers(by_record, first)
        self.assertEqual(first.rpc("getdoctor")["udp"]["sent"], 0)
        first.rpc("generatetoaddress", 1, some_address("x"))
        self.wait_same_tip([first, by_key, by_record])

    def test_a_wrong_key_never_connects(self):
        first, other = self.one("first").start(), self.one("other", "--no-discovery").start()
        wrong = other.node_address.split("@")[0] + "@" + first.p2p_address
        lost = self.one("lost", "--no-discovery", "--connect", wrong).start()
        right = self.one("right", "--no-discovery", "--connect", first.node_address).start()
        self.wait_peers(right, first)  # time enough for the other too
        self.wait_peers(first, right)
        self.assertEqual(self.peer_ids(lost), set())

    def test_after_a_restart_nodes_are_found_without_a_bootstrap_record(self):
        first = self.one("first").start()
        second = self.one("second", "--bootnode", first.record).start()
        self.wait_peers(second, first)
        wait_until(lambda: second.rpc("getoverlayinfo")["live"] == 1, "the table has it")
        before = second.node_id, second.rpc("getoverlayinfo")["sequence"]
        self.assertEqual(second.stop(), 0)
        for name in "peers.dat", "discovery.dat":
            self.assertTrue((second.home / name).exists(), name)
        second.flags = []
        second.start()
        self.wait_peers(second, first)
        info = second.rpc("getoverlayinfo")
        self.assertEqual(info["nodeid"], before[0])
        self.assertGreaterEqual(info["sequence"], before[1])
        self.assertEqual(second.rpc("getpeerinfo")[0]["origin"], "saved")

    def test_a_node_of_another_network_enters_no_table(self):
        path = self.folder / "village.toml"
        path.write_text('base = "regtest"\nname = "village"\nmagic = "0a0b0c0d"\n')
        first = self.one("first").start()
        foreign = self.one("foreign", "--bootnode", first.record, network=str(path))
        foreign.network = "village"  # its folder's name
        foreign.command = lambda *flags: [
            str(BIN / "starlingd"), "--network", str(path), "--datadir", str(foreign.folder),
            "--listen", "127.0.0.1:0", "--rpc", "127.0.0.1:0", *foreign.flags, *flags]
        foreign.start()
        friend = self.one("friend", "--bootnode", first.record).start()
        self.wait_peers(first, friend)
        wait_until(lambda: foreign.rpc("getdoctor")["networks"]["foreign"] > 0, "they have met")
        wait_until(lambda: first.rpc("getoverlayinfo")["nodes"] > 0, "the friend is in the table")
        for node, known in (first, 1), (foreign, 0):
            self.assertEqual(node.rpc("getoverlayinfo")["nodes"], known)
            self.assertEqual(len(node.rpc("getpeerinfo")), known)

    def test_neighbours_find_each_other_by_multicast(self):
        first, second = [self.one(name, "--lan", "lo") for name in ("first", "second")]
        first.start()
        second.start()
        self.wait_peers(first, second)
        # Who heard the other first knows it by the LAN, the other because it was asked.
        origins = set()
        for node in first, second:
            table = wait_until(lambda: node.rpc("getoverlayinfo")["buckets"], "it has the other")
            origins.add(table[0]["nodes"][0]["origin"])
        self.assertIn("lan", origins)

    def test_what_it_says_on_a_lan_is_its_signed_record_and_goes_no_further(self):
        group, port, ip_recvttl = "239.255.83.84", 28446, 12  # Linux: Python has no name for it
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ear.bind((group, port))
            membership = struct.pack("4s4si", socket.inet_aton(group), bytes(4),
                                     socket.if_nametoindex("lo"))
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
            ear.setsockopt(socket.IPPROTO_IP, ip_recvttl, 1)
            ear.settimeout(30)
            node = self.one("node", "--lan", "lo").start()
            text = node.record.removeprefix("enr:")
            own = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            heard = None
            while heard != b"starling\x01" + own:  # other daemons may be on the same machine
                heard, (control, *_), _, _ = ear.recvmsg(2000, 64)
            level, kind, ttl = control
            self.assertEqual((level, kind), (socket.IPPROTO_IP, socket.IP_TTL))
            self.assertEqual(struct.unpack("i", ttl)[0], 1)

    def test_who_takes_no_connections_finds_the_network_all_the_same(self):
        first = self.one("first").start()
        second = self.one("second", "--listen", "off", "--bootnode", first.record).start()
        self.wait_peers(second, first)
        info = second.rpc("getoverlayinfo")
        self.assertIn("udp", info)
        self.assertNotIn("tcp", info)

    def test_over_ipv6_too(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as error:
            self.skipTest(f"no IPv6: {error}")
        first = self.one("first", "--listen", "[::1]:0").start()
        second = self.one("second", "--listen", "[::1]:0", "--bootnode", first.record).start()
        self.wait_peers(second, first)
        self.assertTrue(second.rpc("getoverlayinfo")["udp6"].startswith("[::1]:"))
        # Whoever listens everywhere has both families, and learns its address from others.
        anywhere = self.one("anywhere", "--listen", "[::]:0", "--bootnode", first.record).start()
        wait_until(lambda: anywhere.rpc("getoverlayinfo")["live"] == 2, "both are in its table")
        wait_until(lambda: "udp6" in anywhere.rpc("getoverlayinfo"), "it was told its address")

    def test_a_banned_node_is_refused_until_the_ban_is_lifted(self):
        first = self.one("first").start()
        second = self.one("second", "--connect", first.node_address).start()
        self.wait_peers(second, first)
        first.rpc("setban", second.node_id, "add")
        wait_until(lambda: self.peer_ids(first) == set(), "it is gone")
        self.assertEqual(first.rpc("listbanned"), [{"nodeid": second.node_id}])
        wait_until(lambda: first.rpc("getdoctor")["refused"], "it came again and was refused")
        first.rpc("setban", second.node_id, "remove")
        self.wait_peers(first, second)

    def test_the_key_is_its_owners_and_the_record_leaves_with_the_daemon(self):
        node = self.one("node").start()
        self.assertEqual((node.home / "node.key").stat().st_mode & 0o777, 0o600)
        key = (node.home / "node.key").read_text().strip()
        self.assertEqual(node.record, node.rpc("getoverlayinfo")["record"])
        node_id = node.node_id
        self.assertEqual(node.stop(), 0)
        self.assertFalse((node.home / "node.record").exists())
        self.assertNotIn(key, node.log.read_text())
        self.assertIn(node_id, node.log.read_text())

    def test_usage_errors_are_one_line_that_says_what_to_write(self):
        def complaint(*flags):
            done = subprocess.run([str(BIN / "starlingd"), *flags], capture_output=True, text=True)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
            return done.stderr
        self.assertIn("KEY@HOST:PORT", complaint("--connect", "127.0.0.1:5"))
        self.assertIn("encrypted links only", complaint("--network", "local", "--plain"))
        self.assertIn("enr:nonsense", complaint("--bootnode", "enr:nonsense"))
        self.assertIn("--plain", complaint("--network", "regtest", "--plain", "--lan", "lo"))


if __name__ == "__main__":
    unittest.main()
