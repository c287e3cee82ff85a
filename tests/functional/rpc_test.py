#!/usr/bin/env python3
"""JSON-RPC over HTTP as Bitcoin Core speaks it."""

import base64
import hashlib
import hmac
import json
import subprocess
import unittest

from harness import BIN, Case, RpcError, some_address


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Rpc(Case):
    def setUp(self):
        super().setUp()
        salted = hmac.new(b"salt", b"secret", hashlib.sha256).hexdigest()
        self.node = self.daemon("node", "regtest", "--plain", "--rpcauth", f"alice:salt${salted}").start()

    def call(self, value, headers=None):
        status, body = self.node.rpc_raw(json.dumps(value), headers)
        return status, json.loads(body) if body else None

    def test_wants_a_cookie_or_a_user_of_rpcauth(self):
        request = {"method": "getblockcount", "id": 1}
        self.assertEqual(self.call(request)[0], 200)
        self.assertEqual(self.call(request, basic("alice", "secret"))[0], 200)
        for headers in ({}, basic("alice", "wrong"), basic("__cookie__", ""), {"Authorization": "x"}):
            self.assertEqual(self.node.rpc_raw(json.dumps(request), headers)[0], 401)

    def test_answers_version_1_errors_by_http_status(self):
        self.assertEqual(self.call({"method": "nosuch", "id": 1})[0], 404)
        status, answer = self.call({"method": "getblockhash", "params": [9], "id": 7})
        self.assertEqual((status, answer["error"]["code"], answer["id"]), (500, -8, 7))
        self.assertIsNone(answer["result"])
        self.assertEqual(self.node.rpc_raw("{nonsense")[0], 500)

    def test_answers_version_2_errors_with_status_200(self):
        status, answer = self.call({"jsonrpc": "2.0", "method": "nosuch", "id": 1})
        self.assertEqual((status, answer["error"]["code"]), (200, -32601))
        self.assertNotIn("result", answer)
        status, answer = self.call({"jsonrpc": "2.0", "method": "getblockcount", "id": "a"})
        self.assertEqual(answer, {"jsonrpc": "2.0", "result": 0, "id": "a"})

    def test_notifications_get_no_body(self):
        self.assertEqual(self.call({"jsonrpc": "2.0", "method": "getblockcount"}), (204, None))

    def test_answers_batches_in_order(self):
        status, answers = self.call([{"method": "getblockcount", "id": 1}, {"method": "nosuch", "id": 2},
                                     {"jsonrpc": "2.0", "method": "uptime", "id": 3}])
        self.assertEqual((status, [a["id"] for a in answers]), (200, [1, 2, 3]))

    def test_takes_named_parameters(self):
        self.node.rpc("generatetoaddress", 2, some_address("x"))
        tip = self.node.rpc("getblockhash", 2)
        answer = self.call({"method": "getblock", "params": {"blockhash": tip, "verbosity": 1}, "id": 1})
        self.assertEqual(answer[1]["result"]["height"], 2)

    def test_a_read_after_a_command_sees_it(self):
        for n in range(1, 30):
            block = self.node.rpc("generatetoaddress", 1, some_address("x"))[0]
            self.assertEqual(self.node.rpc("getbestblockhash"), block)
            self.assertEqual(self.node.rpc("getblockcount"), n)
            coinbase = self.node.rpc("getblock", block)["tx"][0]
            self.assertEqual(self.node.rpc("gettxout", coinbase, 0)["confirmations"], 1)
        self.assertEqual(self.node.rpc("gettxoutsetinfo", "muhash")["height"], 29)

    def test_invalidated_blocks_leave_and_come_back(self):
        blocks = self.node.rpc("generatetoaddress", 5, some_address("x"))
        self.node.rpc("invalidateblock", blocks[2])
        self.assertEqual(self.node.rpc("getbestblockhash"), blocks[1])
        self.assertIn({"height": 5, "hash": blocks[4], "branchlen": 3, "status": "invalid"},
                      self.node.rpc("getchaintips"))
        self.node.rpc("reconsiderblock", blocks[2])
        self.assertEqual(self.node.rpc("getbestblockhash"), blocks[4])

    def test_unknown_paths_and_methods_of_http(self):
        self.assertEqual(self.node.rpc_raw(None, method="GET")[0], 405)
        self.assertEqual(self.node.rpc_raw("{}", path="/nosuch")[0], 404)

    def test_metrics_are_in_the_text_format_of_prometheus(self):
        status, body = self.node.rpc_raw(None, {}, method="GET", path="/metrics")
        self.assertEqual(status, 200)
        lines = body.decode().splitlines()
        self.assertIn("starling_height 0", lines)
        for line in lines:
            self.assertRegex(line, r'^(# (HELP|TYPE) .+|[a-z_][a-z0-9_]*(\{.*\})? -?[0-9.e+]+)$')

    def refused(self, code, *call):
        with self.assertRaises(RpcError) as refusal:
            self.node.rpc(*call)
        self.assertEqual(refusal.exception.code, code)

    def test_a_peer_is_added_once_and_removed_once(self):
        self.node.rpc("setnetworkactive", False)
        self.node.rpc("addnode", "127.0.0.1:9", "add")
        self.refused(-23, "addnode", "127.0.0.1:9", "add")
        self.node.rpc("addnode", "127.0.0.1:9", "remove")
        self.refused(-24, "addnode", "127.0.0.1:9", "remove")

    def test_an_address_of_base58_is_no_witness(self):
        of_script = self.node.rpc("validateaddress", "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc")
        self.assertEqual((of_script["isscript"], of_script["iswitness"]), (True, False))

    def test_the_tool_passes_on_what_bitcoin_cli_does(self):
        def tool(*words, text=""):
            done = subprocess.run([str(BIN / "starling"), "--network", "regtest",
                                   "--datadir", str(self.node.folder), "rpc", *words],
                                  capture_output=True, text=True, input=text)
            return done.returncode, done.stdout.strip(), done.stderr
        self.assertEqual(tool("getblockhash", "9")[0], 8)
        genesis = self.node.rpc("getblockhash", 0)
        self.assertEqual(tool("-named", "getblockhash", "height=0")[:2], (0, genesis))
        self.assertEqual(tool("-stdin", "getblockhash", text="0\n")[:2], (0, genesis))
        found = tool("scantxoutset", "start", '["raw(51)", {"desc": "raw(52)"}]')
        self.assertTrue(json.loads(found[1])["success"], found)
        self.assertIn("TX decode failed", tool("testmempoolaccept", '["00"]')[2])

    def test_help_lists_every_method(self):
        listed = self.node.rpc("help")
        for method in ("getblockchaininfo getblockcount getblockhash getbestblockhash getblock getblockheader "
                       "getchaintips gettxout gettxoutsetinfo scantxoutset getrawtransaction "
                       "decoderawtransaction sendrawtransaction testmempoolaccept getrawmempool "
                       "getmempoolinfo getmempoolentry estimatesmartfee getpeerinfo getnetworkinfo "
                       "getconnectioncount addnode disconnectnode setnetworkactive getblocktemplate "
                       "submitblock generatetoaddress getmininginfo validateaddress invalidateblock "
                       "reconsiderblock help uptime stop").split():
            self.assertIn(method, listed)
            try:
                self.node.rpc("help", method)
            except RpcError as error:
                self.fail(f"help {method}: {error}")


if __name__ == "__main__":
    unittest.main()
