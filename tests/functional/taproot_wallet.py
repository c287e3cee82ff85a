"""A key, its Taproot address and a key-path spend, in plain Python: an implementation that shares
nothing with the one under test (BIP 340 and 341)."""

import hashlib
import struct

from harness import taproot_address

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0]:
        if a[1] != b[1]:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(point, scalar):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def tagged(tag, data):
    t = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(t + t + data).digest()


def to32(number):
    return number.to_bytes(32, "big")


def sign(secret, message):
    """BIP 340 with zero auxiliary randomness."""
    point = multiply(G, secret)
    d = secret if point[1] % 2 == 0 else N - secret
    t = to32(d ^ int.from_bytes(tagged("BIP0340/aux", bytes(32)), "big"))
    k = int.from_bytes(tagged("BIP0340/nonce", t + to32(point[0]) + message), "big") % N
    r = multiply(G, k)
    if r[1] % 2:
        k = N - k
    e = int.from_bytes(tagged("BIP0340/challenge", to32(r[0]) + to32(point[0]) + message), "big") % N
    return to32(r[0]) + to32((k + e * d) % N)


def varint(n):
    return bytes([n]) if n < 0xFD else b"\xfd" + struct.pack("<H", n)


def script_of(address):
    """The output script of a version-1 bech32m address."""
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    data = [charset.index(c) for c in address[address.rindex("1") + 1:]][1:-6]
    bits = "".join(f"{d:05b}" for d in data)
    return b"\x51\x20" + bytes(int(bits[i:i + 8], 2) for i in range(0, 256, 8))


class Key:
    def __init__(self, seed):
        secret = int.from_bytes(hashlib.sha256(seed).digest(), "big") % N
        point = multiply(G, secret)
        if point[1] % 2:
            secret, point = N - secret, (point[0], P - point[1])
        tweak = int.from_bytes(tagged("TapTweak", to32(point[0])), "big") % N
        self.secret = (secret + tweak) % N
        self.program = to32(multiply(G, self.secret)[0])
        self.script = b"\x51\x20" + self.program

    def address(self, prefix):
        return taproot_address(prefix, self.program)

    def spend(self, txid, index, value, address, paid, sequence=0xFFFFFFFD):
        """The hex of a transaction that spends one of our outputs by its key."""
        outpoint = bytes.fromhex(txid)[::-1] + struct.pack("<I", index)
        output = struct.pack("<q", paid) + b"\x22" + script_of(address)
        version, lock, nsequence = struct.pack("<i", 2), bytes(4), struct.pack("<I", sequence)
        digest = lambda data: hashlib.sha256(data).digest()
        message = (b"\0\0" + version + lock + digest(outpoint) + digest(struct.pack("<q", value))
                   + digest(b"\x22" + self.script) + digest(nsequence) + digest(output)
                   + b"\0" + bytes(4))
        signature = sign(self.secret, tagged("TapSighash", message))
        return (version + b"\0\1\1" + outpoint + b"\0" + nsequence + b"\1" + output
                + b"\1\x40" + signature + lock).hex()
