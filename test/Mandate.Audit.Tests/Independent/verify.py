"""Verifies audit ledgers, proofs and checkpoints from docs/audit-format.md alone, with the Python standard library and nothing else.

Reads commands, one JSON object a line, and answers each with one JSON object a line:
  {"ledger": {"tenant": …, "first": …, "previousHash": …, "frontier": […], "rows": [[place, canonical hex, hash hex], …], "points": [[size, root hex], …]}}
  {"export": path, "points": […]}    {"inclusion": proof text, "key": vkey}    {"consistency": [from, root, to, root, path…]}
The answer is {"ok": true, "checked": n, "root": hex} or {"ok": false, "sequence": n, "kind": …}.
"""
import base64
import hashlib
import json
import struct
import sys
import urllib.parse
from datetime import datetime, timezone

ZERO = bytes(32)


def sha(data):
    return hashlib.sha256(data).digest()


def event_hash(canonical):
    return sha(canonical) if canonical[:1] == b"\x01" else sha(b"\x00" + canonical)


def node(left, right):
    return sha(b"\x01" + left + right)


def field(data):
    return struct.pack(">I", len(data)) + data


def read_fields(canonical):
    """The fifteen fields, or None when the bytes are not exactly that."""
    if canonical[:1] not in (b"\x01", b"\x02"):
        return None
    fields, at = [], 1
    while at < len(canonical):
        if at + 4 > len(canonical):
            return None
        (length,) = struct.unpack_from(">I", canonical, at)
        at += 4
        if at + length > len(canonical):
            return None
        fields.append(canonical[at:at + length])
        at += length
    if len(fields) != 15 or [len(fields[i]) for i in (0, 1, 2, 14)] != [8, 16, 8, 32]:
        return None
    return fields


class Tree:
    """The whole subtrees from the left, as (height, hash)."""

    def __init__(self, size=0, frontier=()):
        self.parts = []
        heights = [h for h in range(62, -1, -1) if size >> h & 1]
        for height, part in zip(heights, frontier):
            self.parts.append((height, part))

    def add(self, leaf):
        height = 0
        while self.parts and self.parts[-1][0] == height:
            leaf = node(self.parts.pop()[1], leaf)
            height += 1
        self.parts.append((height, leaf))

    def root(self):
        if not self.parts:
            return sha(b"")
        root = self.parts[-1][1]
        for _, part in reversed(self.parts[:-1]):
            root = node(part, root)
        return root


def verify(tenant, first, previous, frontier, rows, points):
    tree, expected, proven = Tree(first - 1, frontier), first, first - 1
    points = sorted(points)
    tenant = tenant.encode()

    def bad(sequence, kind):
        return {"ok": False, "sequence": sequence, "kind": kind}

    rows = list(rows)
    for place, canonical, stored in rows:
        if place < 1:
            return bad(expected, "Malformed")
        if place < expected:
            return bad(place, "Duplicated")
        if place > expected:
            return bad(expected, "Gap")
        if event_hash(canonical) != stored:
            return bad(place, "Edited")
        fields = read_fields(canonical)
        if fields is None or fields[3] != tenant:
            return bad(place, "Malformed")
        (sequence,) = struct.unpack(">q", fields[0])
        if sequence != place:
            return bad(place, "Reordered")
        if fields[14] != previous:
            return bad(place, "WrongLink")
        tree.add(stored)
        previous = stored
        for size, root in points:
            if size == place:
                if root != tree.root():
                    return bad(proven + 1, "Rewritten")
                proven = size
        expected += 1
    if points and points[-1][0] >= expected:
        return bad(expected, "Truncated")
    return {"ok": True, "checked": expected - first, "root": tree.root().hex()}


def canonical_of(event):
    def text(value):
        return field(value.encode())

    def mapping(values):
        pairs = sorted((k.encode(), v.encode()) for k, v in values.items())
        return field(struct.pack(">I", len(pairs)) + b"".join(field(k) + field(v) for k, v in pairs))

    moment = datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    microseconds = (moment.days * 86400 + moment.seconds) * 1_000_000 + moment.microseconds
    return (bytes([event["format"]]) + field(struct.pack(">q", event["sequence"])) + field(bytes.fromhex(event["id"].replace("-", "")))
            + field(struct.pack(">q", microseconds)) + text(event["tenant"]) + text(event["type"]) + text(event["action"]) + text(event["result"])
            + text(event["resource"]["type"]) + text(event["resource"]["id"]) + text(event["actor"]["type"]) + text(event["actor"]["id"])
            + text(event["actor"]["address"]) + mapping(event["context"]) + mapping(event["metadata"]) + field(bytes.fromhex(event["previousHash"])))


def verify_export(path, points):
    rows = []
    with open(path, encoding="utf-8", newline="\n") as lines:
        header = json.loads(next(lines))
        for line in lines:
            value = json.loads(line)
            if "checkpoint" in value:
                _, size, root = read_checkpoint(value["checkpoint"])
                points = points + [(size, root)]
            else:
                rows.append((value["sequence"], canonical_of(value), bytes.fromhex(value["hash"])))
    return verify(header["tenant"], header["first"], bytes.fromhex(header["previousHash"]), [bytes.fromhex(h) for h in header["frontier"]], rows, points)


# NIST P-256, as a verifier needs it.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add_points(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(k, point):
    result = None
    while k:
        if k & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        k >>= 1
    return result


def read_der(data):
    """The two integers of an ECDSA signature."""
    assert data[0] == 0x30 and data[1] == len(data) - 2 and data[2] == 2
    length = data[3]
    r, rest = data[4:4 + length], data[4 + length:]
    assert rest[0] == 2 and rest[1] == len(rest) - 2
    return int.from_bytes(r, "big"), int.from_bytes(rest[2:], "big")


def verify_signature(public_key, message, signature):
    # SubjectPublicKeyInfo of an uncompressed point of P-256 ends in 04, x, y.
    assert len(public_key) == 91 and public_key[26] == 4
    point = (int.from_bytes(public_key[27:59], "big"), int.from_bytes(public_key[59:], "big"))
    assert (point[1] ** 2 - point[0] ** 3 + 3 * point[0] - B) % P == 0
    r, s = read_der(signature)
    if not (0 < r < N and 0 < s < N):
        return False
    z, w = int.from_bytes(sha(message), "big"), pow(s, -1, N)
    result = add_points(multiply(z * w % N, G), multiply(r * w % N, point))
    return result is not None and result[0] % N == r


def read_checkpoint(note, key=None):
    body, signatures = note.rsplit("\n\n", 1)
    body += "\n"
    origin, size, root = body.split("\n")[:3]
    if key is not None:
        name, key_id, encoded = key.split("+", 2)
        encoded = base64.b64decode(encoded)
        assert encoded[0] == 2 and sha(encoded[1:])[:4].hex() == key_id
        good = False
        for line in signatures.splitlines():
            dash, signer, value = line.split(" ")
            value = base64.b64decode(value)
            if dash == "—" and signer == name and value[:4].hex() == key_id:
                good = verify_signature(encoded[1:], body.encode(), value[4:])
        assert good, "the checkpoint is not signed by the key"
        assert origin.startswith(name + "/")
    return urllib.parse.unquote(origin.split("/", 1)[1]), int(size), base64.b64decode(root)


def verify_inclusion(text, key):
    lines, note = text.split("\n\n", 1)
    lines = lines.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("extra ") and lines[2].startswith("index ")
    canonical = base64.b64decode(lines[1][6:])
    at = index = int(lines[2][6:])
    tenant, size, root = read_checkpoint(note, key)
    fields = read_fields(canonical)
    assert fields is not None and fields[3].decode() == tenant and struct.unpack(">q", fields[0])[0] == index + 1
    last, result = size - 1, event_hash(canonical)
    for line in lines[3:]:
        beside = base64.b64decode(line)
        assert last > 0
        if at & 1 or at == last:
            result = node(beside, result)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            result = node(result, beside)
        at >>= 1
        last >>= 1
    return {"ok": last == 0 and result == root}


def verify_consistency(first, first_root, second, second_root, path):
    if first == second:
        return {"ok": not path and first_root == second_root}
    if first & (first - 1) == 0:
        path = [first_root] + path
    at, last = first - 1, second - 1
    while at & 1:
        at >>= 1
        last >>= 1
    older = newer = path[0]
    for beside in path[1:]:
        if last == 0:
            return {"ok": False}
        if at & 1 or at == last:
            older, newer = node(beside, older), node(beside, newer)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            newer = node(newer, beside)
        at >>= 1
        last >>= 1
    return {"ok": last == 0 and older == first_root and newer == second_root}


def points_of(command):
    return [(size, bytes.fromhex(root)) for size, root in command.get("points", [])]


def answer(command):
    if "ledger" in command:
        ledger = command["ledger"]
        rows = ((place, bytes.fromhex(c), bytes.fromhex(h)) for place, c, h in ledger["rows"])
        return verify(ledger["tenant"], ledger["first"], bytes.fromhex(ledger["previousHash"]), [bytes.fromhex(h) for h in ledger["frontier"]], rows, points_of(ledger))
    if "export" in command:
        return verify_export(command["export"], points_of(command))
    if "inclusion" in command:
        return verify_inclusion(command["inclusion"], command["key"])
    first, first_root, second, second_root, *path = command["consistency"]
    return verify_consistency(int(first), bytes.fromhex(first_root), int(second), bytes.fromhex(second_root), [bytes.fromhex(h) for h in path])


def main():
    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Exception as error:
            result = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
