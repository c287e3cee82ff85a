"""Starts real daemons on loopback, speaks RPC to them and waits for what must become true."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("STARLING_BIN", ROOT / "build/release/bin"))
SHARED = pathlib.Path(os.environ.get("STARLING_SHARED", ROOT.parent / "shared"))
# Generous, because CI machines are slow and shared; reaching it is a failure, never a pass.
DEADLINE = float(os.environ.get("STARLING_DEADLINE", "90"))


class RpcError(Exception):
    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message = error["code"], error["message"]


def wait_until(condition, what, deadline=DEADLINE):
    """Gives the first true value of `condition`; an exception inside it counts as not yet."""
    end = time.monotonic() + deadline
    last = None
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
            last = value
        except (OSError, RpcError, http.client.HTTPException, json.JSONDecodeError) as error:
            last = error
        time.sleep(0.02)
    raise AssertionError(f"did not come true within {deadline:.0f} s: {what} (last: {last!r})")


def shared_file(name):
    """A file of the shared test data; skips the test where it is not there."""
    path = SHARED / name
    if not path.exists():
        raise unittest.SkipTest(f"{path} is not there")
    return path


class Daemon:
    """One starlingd on free loopback ports."""

    def __init__(self, folder, network="regtest", *flags):
        self.folder, self.network, self.flags = pathlib.Path(folder), network, list(flags)
        self.process, self._node_id = None, None
        self.log = self.folder.parent / (self.folder.name + ".log")

    @property
    def home(self):
        return self.folder / self.network

    def command(self, *flags):
        return [str(BIN / "starlingd"), "--network", self.network, "--datadir", str(self.folder),
                "--listen", "127.0.0.1:0", "--rpc", "127.0.0.1:0", *self.flags, *flags]

    def start(self, *flags, ready=True, prepare=None):
        (self.home / "rpc.address").unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        out = open(self.log, "ab")
        self.process = subprocess.Popen(self.command(*flags), stdout=out, stderr=out,
                                        stdin=subprocess.DEVNULL, preexec_fn=prepare)
        out.close()
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        def answered():
            if self.process.poll() is not None:
                raise AssertionError(f"starlingd ended with {self.process.returncode}:\n"
                                     + self.log.read_text()[-3000:])
            return self.rpc("getblockcount") >= 0
        wait_until(answered, "the RPC answers")

    def rpc_raw(self, body, headers=None, method="POST", path="/"):
        """(HTTP status, body bytes) of one request with the cookie, or with other headers."""
        host, port = (self.home / "rpc.address").read_text().strip().rsplit(":", 1)
        if headers is None:
            cookie = (self.home / ".cookie").read_text().strip()
            headers = {"Authorization": "Basic " + base64.b64encode(cookie.encode()).decode()}
        connection = http.client.HTTPConnection(host, int(port), timeout=DEADLINE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def rpc(self, method, *params):
        body = json.dumps({"jsonrpc": "1.0", "id": 1, "method": method, "params": list(params)})
        status, text = self.rpc_raw(body)
        if not text:
            raise RpcError({"code": status, "message": "empty answer"})
        answer = json.loads(text)
        if answer.get("error"):
            raise RpcError(answer["error"])
        return answer["result"]

    @property
    def p2p_address(self):
        return (self.home / "p2p.address").read_text().strip()

    @property
    def record(self):
        """Its node record as text: what --bootnode takes."""
        return (self.home / "node.record").read_text().strip()

    @property
    def node_id(self):
        """Of its key, so the same for as long as its folder is."""
        if self._node_id is None:
            self._node_id = self.rpc("getoverlayinfo")["nodeid"]
        return self._node_id

    @property
    def node_address(self):
        """KEY@HOST:PORT: what --connect and addnode take."""
        return self.rpc("getoverlayinfo")["pubkey"] + "@" + self.p2p_address

    def stop(self, deadline=DEADLINE):
        """Ends it with SIGTERM and gives the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(deadline)
        finally:
            self.kill()

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def import_files(self, *files, extra=(), check=True):
        """Runs `starlingd import --json`; gives its line as a value."""
        done = subprocess.run(
            [str(BIN / "starlingd"), "import", *map(str, files), "--network", self.network,
             "--datadir", str(self.folder), "--json", *extra],
            capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise AssertionError(f"import ended with {done.returncode}: {done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


class Case(unittest.TestCase):
    """A test with a temporary folder; every daemon that it made is ended with it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="starling-test-"))
        self.daemons = []

    def tearDown(self):
        for daemon in self.daemons:
            daemon.kill()
        if os.environ.get("STARLING_KEEP"):
            print("kept:", self.folder, file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def daemon(self, name="node", network="regtest", *flags):
        made = Daemon(self.folder / name, network, *flags)
        self.daemons.append(made)
        return made

    def wait_same_tip(self, nodes):
        return wait_until(lambda: len({n.rpc("getbestblockhash") for n in nodes}) == 1, "one tip")


# ---- An address of nobody, and chains as data ----

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _polymod(values):
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= g if (top >> i) & 1 else 0
    return check


def taproot_address(prefix, program):
    """The bech32m address (BIP 350) of a 32-byte witness program of version 1."""
    bits = "".join(f"{b:08b}" for b in program)
    bits += "0" * (-len(bits) % 5)
    data = [1] + [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod(expanded + data + [0] * 6) ^ 0x2BC830A3
    data += [(check >> 5 * (5 - i)) & 31 for i in range(6)]
    return prefix + "1" + "".join(_CHARSET[d] for d in data)


def some_address(name, prefix="bcrt"):
    """An address whose key nobody has, a different one for each name."""
    # x = 1 is on the curve; any program of 32 bytes can be paid to.
    return taproot_address(prefix, hashlib.sha256(name.encode()).digest())


def framed_blocks(path):
    """The blocks of a file in bootstrap.dat framing."""
    data, at, blocks = pathlib.Path(path).read_bytes(), 0, []
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        blocks.append(data[at + 8:at + 8 + size])
        at += 8 + size
    return blocks


def frame(block, magic=bytes.fromhex("fabfb5da")):
    return magic + struct.pack("<I", len(block)) + block


def make_chain(path, *arguments):
    """Runs the shared chain generator."""
    tool = shared_file("tools/make_chain.py")
    subprocess.run([sys.executable, str(tool), str(path), *map(str, arguments)], check=True,
                   stdout=subprocess.DEVNULL)
    return path


if __name__ == "__main__":
    sys.exit("a module of the functional tests, not a test")
