#!/usr/bin/env python3
"""The tour of the README: five nodes, a payment, a partition, a reorganisation that survives."""

import json
import os
import pathlib
import signal
import subprocess
import unittest

from harness import BIN, Case, wait_until


class Testnet(Case):
    def starling(self, *words, code=0, text=None):
        done = subprocess.run([str(BIN / "starling"), "--dir", str(self.folder / "net"), *words],
                              capture_output=True, text=True, input=text or "",
                              env={**os.environ, "STARLING_PASSPHRASE": ""})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def answer(self, *words):
        return json.loads(self.starling("--json", *words))

    def status(self):
        return self.answer("testnet", "status")

    def tearDown(self):
        subprocess.run([str(BIN / "starling"), "--dir", str(self.folder / "net"), "testnet", "down"],
                       capture_output=True)
        super().tearDown()

    def agree(self, numbers=(1, 2, 3, 4, 5)):
        return wait_until(lambda: len({row["tip"] for row in self.status() if row["node"] in numbers}) == 1,
                          f"nodes {numbers} agree")

    def balance(self, node):
        return self.answer("--node", str(node), "wallet", "balance")

    def test_coins_are_sent_confirmed_and_survive_a_reorganisation(self):
        rows = self.answer("testnet", "up", "--detach", "--miner", "off")
        self.assertEqual([row["node"] for row in rows], [1, 2, 3, 4, 5])
        self.assertEqual(len({row["tip"] for row in rows}), 1)
        for row in rows:
            self.assertTrue(row["running"])
            self.assertGreaterEqual(row["balance"], 50)

        # A payment from 1 to 2.
        address = self.starling("--node", "2", "wallet", "address").strip()
        self.assertRegex(address, "^lstl1p")
        sent = self.answer("--node", "1", "wallet", "send", address, "1.5")
        wait_until(lambda: self.balance(2)["pending"] == 1.5, "node 2 hears of the payment")
        before = self.balance(2)["spendable"]
        self.starling("testnet", "mine", "3")
        self.agree()
        self.assertEqual(self.balance(2)["spendable"], before + 1.5)
        self.assertIn("1 confirmation", self.starling("--node", "2", "tx", "watch", sent["txid"]))
        history = self.answer("--node", "2", "wallet", "history")
        self.assertEqual((history[-1]["kind"], history[-1]["amount"]), ("received", 1.5))
        self.assertEqual(self.answer("--node", "1", "wallet", "history", "-n", "0")[-1]["kind"], "sent")

        # Cut in two; the smaller side confirms a payment, the larger one finds more blocks.
        self.starling("testnet", "partition", "1,2", "3,4,5")
        wait_until(lambda: [row["peers"] for row in self.status()] == [1, 1, 2, 2, 2], "the cut")
        address = self.starling("--node", "2", "wallet", "address").strip()
        lost = self.answer("--node", "1", "wallet", "send", address, "2")["txid"]
        wait_until(lambda: self.balance(2)["pending"] == 2, "relay on the small side")
        self.starling("testnet", "mine", "2")
        self.agree((1, 2))
        self.starling("testnet", "mine", "4", "--blocks", "3")
        self.agree((3, 4, 5))
        self.assertNotEqual(self.status()[0]["tip"], self.status()[4]["tip"])
        won = self.status()[4]["tip"]
        self.starling("testnet", "heal")
        wait_until(lambda: {row["tip"] for row in self.status()} == {won}, "one tip after healing")
        self.assertIn("valid-fork", self.starling("--node", "1", "chain", "tips"))
        wait_until(lambda: all(lost in self.answer("--node", str(n), "rpc", "getrawmempool")
                               for n in range(1, 6)), "the payment is back in every pool")
        self.starling("testnet", "mine", "5")
        self.agree()
        self.assertEqual(self.balance(2)["pending"], 0)

        # Everything persists.
        height = self.status()[0]["height"]
        self.starling("testnet", "stop", "3")
        self.assertFalse(self.status()[2]["running"])
        self.starling("testnet", "mine", "1")
        self.starling("testnet", "start", "3")
        self.agree()
        self.starling("testnet", "down")
        rows = self.answer("testnet", "up", "--detach")
        self.assertEqual({row["height"] for row in rows}, {height + 1})
        self.assertEqual(self.answer("testnet", "up", "--detach")[0]["tip"], rows[0]["tip"])

        self.starling("testnet", "fund", address, "0.25")
        wait_until(lambda: self.balance(2)["pending"] == 0.25, "the fund arrives")
        self.assertIn("ready", self.starling("testnet", "logs", "1"))

    def test_a_person_sees_whom_the_nodes_have_found(self):
        self.starling("testnet", "up", "-n", "4", "--detach", "--miner", "off")
        wait_until(lambda: {row["peers"] for row in self.status()} == {3}, "everyone knows everyone")
        ids = [self.answer("--node", str(n), "overlay")["nodeid"] for n in (1, 2, 3, 4)]
        self.assertEqual(len(set(ids)), 4)

        def live():
            return sum(bucket["live"] for bucket in self.answer("--node", "1", "overlay")["buckets"])

        wait_until(lambda: live() == 3, "node 1 has the others in its table")
        lines = self.starling("--node", "1", "peers").splitlines()
        self.assertEqual(len(lines), 4 + 5)  # the eclipse alarm has a line, and one a term
        self.assertIn("eclipse   0 of 100, calm", lines)
        for node in ids[1:]:
            self.assertTrue(any(f" {node[:8]} " in line for line in lines), lines)
        for text in lines, self.starling("--node", "1", "doctor").splitlines():
            self.assertLessEqual(max(map(len, text)), 100)
        self.assertIn(ids[0], self.starling("--node", "1", "overlay"))

        # Every node but the first began with its record alone.
        report = self.answer("--node", "2", "overlay", "lookup", ids[3])
        self.assertIn(ids[3], [node["nodeid"] for node in report["closest"]])
        text = self.starling("--node", "2", "overlay", "lookup", ids[3][:8])
        self.assertIn(ids[3], text)
        graph = self.starling("--node", "1", "overlay", "export", "--dot")
        self.assertTrue(graph.startswith("digraph") and all(node in graph for node in ids), graph)
        self.starling("--node", "2", "overlay", "lookup", "no-node-id", code=1)

    def test_a_cut_survives_a_restart_and_heals(self):
        self.starling("testnet", "up", "-n", "4", "--detach", "--miner", "off")
        self.starling("testnet", "partition", "1,2", "3,4")

        def apart():
            return [row["peers"] for row in self.status()] == [1, 1, 1, 1]

        wait_until(apart, "the cut")
        self.starling("testnet", "stop", "3")
        self.starling("testnet", "mine", "1")
        self.starling("testnet", "start", "3")
        wait_until(apart, "the one that was started is on its side")
        self.starling("testnet", "down")
        self.starling("testnet", "up", "-n", "4", "--detach")
        wait_until(apart, "all that were started are on their sides")
        self.assertNotEqual(self.status()[0]["tip"], self.status()[2]["tip"])
        self.starling("testnet", "heal")
        self.agree((1, 2, 3, 4))

    def test_a_wallet_is_found_again_from_its_words(self):
        self.starling("testnet", "up", "-n", "2", "--detach", "--miner", "off")
        wallet = ["--node", "1", "--wallet", str(self.folder / "w.json")]
        made = self.answer(*wallet, "wallet", "new")
        self.starling("testnet", "fund", made["address"], "3.25")
        addresses = [self.starling(*wallet, "wallet", "address").strip() for _ in range(3)]
        self.assertEqual(len(set(addresses)), 3)
        self.starling("testnet", "fund", addresses[2], "1")
        self.starling("testnet", "mine", "1")
        sent = self.answer(*wallet, "wallet", "send", addresses[0], "2")
        self.starling("testnet", "mine", "1")
        expected = self.answer(*wallet, "wallet", "balance")
        self.assertEqual(round(4.25 - sent["fee"], 8), expected["spendable"])

        again = ["--node", "2", "--wallet", str(self.folder / "again.json")]
        wait_until(lambda: len({r["tip"] for r in self.status()}) == 1, "the nodes agree")
        self.starling(*again, "wallet", "restore", text=made["words"] + "\n")
        self.assertEqual(self.answer(*again, "wallet", "balance"), expected)

    def test_refusals_say_what_is_wrong_and_have_exit_codes(self):
        self.starling("testnet", "up", "-n", "2", "--detach", "--miner", "off")
        address = self.starling("--node", "2", "wallet", "address").strip()
        text = self.starling("--node", "2", "wallet", "send", address, "1000", code=1)
        self.assertRegex(text, r"need 1000\.\d{8} \(1000\.00000000 and a fee of 0\.\d{8}\), have 50\.")
        self.assertIn("not an address", self.starling("--node", "1", "wallet", "send", "x", "1", code=1))
        self.assertIn("not an amount",
                      self.starling("--node", "1", "wallet", "send", address, "1e400", code=1))
        self.starling("nosuch", code=2)
        self.starling("--node", "9", "wallet", "balance", code=1)
        self.starling("testnet", "partition", "1", code=2)
        text = self.starling("--node", "1", "rpc", "getblockhash", "99999", code=8)
        self.assertEqual(text, "error code: -8\nerror message:\nBlock height out of range\n")
        self.starling("testnet", "down")
        self.starling("--node", "1", "wallet", "balance", code=3)

    def test_the_foreground_ends_on_interrupt_and_takes_the_daemons_with_it(self):
        process = subprocess.Popen([str(BIN / "starling"), "--dir", str(self.folder / "net"), "testnet",
                                    "up", "-n", "2"], stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout:
                if "Ctrl-C" in line:
                    break
            pids = [node["pid"] for node in json.loads((self.folder / "net/testnet.json").read_text())["nodes"]]
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 0)
        finally:
            process.kill()
            process.stdout.close()
        for pid in pids:
            line = pathlib.Path(f"/proc/{pid}/cmdline")
            self.assertFalse(line.exists() and "starlingd" in line.read_text())

    def test_the_miner_confirms_as_soon_as_there_is_a_transaction(self):
        self.starling("testnet", "up", "-n", "2", "--detach", "--miner", "on-tx")
        address = self.starling("--node", "2", "wallet", "address").strip()
        sent = self.answer("--node", "1", "wallet", "send", address, "1")
        self.starling("--node", "2", "tx", "watch", sent["txid"])


if __name__ == "__main__":
    unittest.main()
