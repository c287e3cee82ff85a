#!/usr/bin/env python3
"""A recorded Bitcoin Core dials us: BIP 324 first, then v1; and reads our chain as it did then."""

import hashlib
import json
import socket
import struct
import unittest

from harness import Case, DEADLINE, shared_file

MAGIC = bytes.fromhex("fabfb5da")


class Peer:
    """The other end of one v1 connection."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), DEADLINE)
        self.buffer = b""

    def __del__(self):
        self.socket.close()

    def send(self, command, payload=b""):
        check = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
        self.socket.sendall(MAGIC + command.encode().ljust(12, b"\0")
                            + struct.pack("<I", len(payload)) + check + payload)

    def read(self, size):
        while len(self.buffer) < size:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out

    def receive(self):
        header = self.read(24)
        command = header[4:16].rstrip(b"\0").decode()
        return command, self.read(struct.unpack_from("<I", header, 16)[0])

    def wait_for(self, wanted):
        while True:
            command, payload = self.receive()
            if command == "ping":
                self.send("pong", payload)
            if command == wanted:
                return payload


class CorePeer(Case):
    def recorded(self):
        return json.loads(shared_file("captures/core-v1.json").read_text())["messages"]

    def test_a_connection_that_opens_with_foreign_bytes_is_closed_unanswered(self):
        node = self.daemon("node", "regtest", "--plain").start()
        first = next(m for m in self.recorded() if "raw_prefix" in m)
        peer = Peer(node.p2p_address)
        peer.socket.sendall(bytes.fromhex(first["raw_prefix"]).ljust(first["bytes"], b"\7"))
        try:
            self.assertEqual(peer.socket.recv(100), b"")
        except ConnectionResetError:
            pass  # closed with our bytes unread
        self.assertEqual(node.rpc("getconnectioncount"), 0)

    def test_shakes_hands_and_serves_headers_and_blocks(self):
        node = self.daemon("node", "regtest", "--plain")
        node.import_files(shared_file("cases/chain.dat"))
        node.start()
        version = next(bytes.fromhex(m["payload"]) for m in self.recorded()
                       if m["from"] == "core" and m.get("command") == "version")
        peer = Peer(node.p2p_address)
        peer.send("version", version)
        ours = peer.wait_for("version")
        self.assertGreaterEqual(struct.unpack_from("<I", ours)[0], 70016)
        for command in ("wtxidrelay", "sendaddrv2"):
            peer.send(command)
        peer.send("verack")
        peer.wait_for("verack")
        genesis = bytes.fromhex(node.rpc("getblockhash", 0))[::-1]
        peer.send("getheaders", struct.pack("<I", 70016) + b"\1" + genesis + bytes(32))
        headers = peer.wait_for("headers")
        self.assertEqual(headers[0], 117)
        wanted = bytes.fromhex(node.rpc("getblockhash", 117))[::-1]
        peer.send("getdata", b"\1" + struct.pack("<I", 0x40000002) + wanted)
        block = peer.wait_for("block")
        self.assertEqual(block.hex(), node.rpc("getblock", node.rpc("getblockhash", 117), 0))
        peer.send("getdata", b"\1" + struct.pack("<I", 0x40000002) + bytes(32))
        self.assertEqual(peer.wait_for("notfound")[0], 1)

    def test_hostile_bytes_end_the_connection_and_nothing_else(self):
        node = self.daemon("node", "regtest", "--plain").start()
        huge = MAGIC + b"block".ljust(12, b"\0") + struct.pack("<I", 0xFFFFFFFF) + bytes(4)
        bad_check = MAGIC + b"ping".ljust(12, b"\0") + struct.pack("<I", 8) + bytes(12)
        for bytes_sent in (huge, bad_check, b"\0" * 100, b"GET / HTTP/1.1\r\n\r\n" + bytes(24)):
            peer = Peer(node.p2p_address)
            peer.socket.sendall(bytes_sent)
            try:
                while peer.socket.recv(1000):
                    pass
            except ConnectionResetError:
                pass
        self.assertEqual(node.rpc("getblockcount"), 0)
        self.assertEqual(node.rpc("getconnectioncount"), 0)


if __name__ == "__main__":
    unittest.main()
