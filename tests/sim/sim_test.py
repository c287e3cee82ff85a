"""Runs starling-sim as a person would: scenarios, reports, replay, bad input, swarm, slurm, merge."""

import html.parser
import json
import math
import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("STARLING_BIN", HERE.parent.parent / "build/release/bin"))
# Short runs of each sample; the large ones are made smaller, or they would take the whole machine.
SAMPLES = {
    "idle": ["--nodes", "30", "--minutes", "20"],
    "busy": ["--nodes", "10", "--minutes", "3"],
    "churn_kad": ["--nodes", "20", "--minutes", "20"],
    "partition": ["--nodes", "10", "--minutes", "40"],
    "hostile": ["--nodes", "16", "--minutes", "10"],
    "ten_thousand": ["--nodes", "40", "--minutes", "3", "--miners", "5", "--wallets", "5"],
}


class Sim(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # a failing run leaves its last events where it ran
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sim(self, *arguments, code=0):
        done = subprocess.run([BIN / "starling-sim", *arguments], cwd=self.folder, text=True,
                              capture_output=True, timeout=500, check=False)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def report(self, *arguments):
        out = self.sim("run", *arguments, "--json").stdout
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def assert_refused(self, arguments, *words):
        done = self.sim(*arguments, code=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_every_sample_scenario_runs(self):
        files = sorted(HERE.glob("scenarios/*.toml"))
        self.assertEqual([file.stem for file in files], sorted(SAMPLES))
        for file in files:
            with self.subTest(file.stem):
                report = self.report("--scenario", str(file), *SAMPLES[file.stem])
                self.assertEqual(report["violations"], [])
                self.assertEqual(str(report["settings"]["nodes"]), SAMPLES[file.stem][1])

    def test_the_same_seed_gives_the_same_run_and_replay_says_so(self):
        flags = ["--nodes", "6", "--minutes", "10", "--seed", "3", "--block-interval", "30"]
        first, second = self.report(*flags), self.report(*flags)
        first.pop("real"), second.pop("real")
        self.assertEqual(first, second)
        self.assertGreater(first["blocks"]["found"], 0)
        self.assertGreater(first["bytes_sent_per_host"]["block"], 0)
        # As the program wrote it, and as others write it again.
        written = self.sim("run", *flags, "--json").stdout
        another = off_by_an_ulp(first) | {"settings": first["settings"]}
        for text in (written, json.dumps(first), json.dumps(another)):
            (self.folder / "report.json").write_text(text)
            self.assertIn("the same run", self.sim("replay", "report.json").stdout)
        changed = json.loads(written)
        changed["blocks"]["found"] += 1
        (self.folder / "report.json").write_text(json.dumps(changed))
        self.assertIn("blocks", self.sim("replay", "report.json", code=1).stderr)
        changed = json.loads(written)
        changed["blocks"]["to_50_percent"]["p50_ms"] *= 1.001
        (self.folder / "report.json").write_text(json.dumps(changed))
        self.assertIn("blocks", self.sim("replay", "report.json", code=1).stderr)

    def test_trace_and_page_are_written(self):
        report = self.report("--nodes", "6", "--minutes", "5", "--trace", "t.jsonl",
                             "--html", "page.html")
        lines = (self.folder / "t.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        self.assertGreater(len(events), 100)
        page = (self.folder / "page.html").read_text()
        self.assertIn(report["trace_hash"], page)
        parser = PageParser()
        parser.feed(page)
        self.assertEqual(parser.open, [])
        self.assertGreaterEqual(parser.seen.count("svg"), 5)

    def test_bad_input_gets_one_line_that_says_what_and_where(self):
        scenario = self.folder / "scenario.toml"
        scenario.write_text("nodes = 10\n\n[load]\nmainers = 3\n")
        self.assert_refused(["run", "--scenario", "scenario.toml"], "scenario.toml:4",
                            '"mainers" in [load]', 'did you mean "miners"?')
        scenario.write_text("nodes = [\n")
        self.assert_refused(["run", "--scenario", "scenario.toml"], "scenario.toml:1")
        self.assert_refused(["run", "--scenario", "none.toml"], "none.toml")
        self.assert_refused(["run", "--nodes", "many"], "--nodes", '"many"')
        self.assert_refused(["run", "--loss", "101"], "--loss")
        self.assert_refused(["run", "--hostile", "rude=1"], "rude")
        self.assert_refused(["run", "--nods", "3"], "--nods")
        self.assert_refused(["run", "--nodes", "1000000"], "memory")
        self.assert_refused(["replay", "none.json"], "none.json")
        scenario.write_text("{}")
        self.assert_refused(["replay", "scenario.toml"], "no report")
        self.assert_refused(["merge", "scenario.toml"], "scenario.toml")
        self.assert_refused(["shrink", "--nodes", "4", "--minutes", "2"], "nothing to shrink")
        self.assert_refused(["slurm", "--seeds", "100000", "--per-task", "10"], "--per-task")
        self.assert_refused(["slurm", "--nodes", "0"], "--nodes")
        for seeds in ("0", "-3"):
            self.assert_refused(["swarm", "--seeds", seeds], "--seeds")
        self.assert_refused(["swarm", "--nodes", "0"], "--nodes")
        # Before the run, and not after its hours.
        self.assert_refused(["run", "--nodes", "3", "--html", "none/page.html"], "none/page.html")
        self.assert_refused(["run", "--nodes", "3", "--trace", "none/t.jsonl"], "none/t.jsonl")

    def test_flags_override_the_scenario(self):
        (self.folder / "s.toml").write_text("nodes = 5\nminutes = 3\n[load]\nminers = 2\n")
        settings = self.report("--scenario", "s.toml", "--nodes", "4")["settings"]
        self.assertEqual((settings["nodes"], settings["minutes"]), (4, 3))
        self.assertEqual(settings["load"]["miners"], 2)

    def test_pieces_of_a_sweep_add_up_to_the_whole(self):
        whole = json.loads(self.sim("swarm", "--seeds", "6", "--nodes", "6", "--json").stdout)
        self.assertEqual((whole["runs"], whole["failed"]), (6, 0))
        # The script's body as a plain loop: what Slurm does but for the queue.
        script = self.sim("slurm", "--seeds", "6", "--nodes", "6", "--per-task", "4").stdout
        (self.folder / "sweep.sh").write_text(script)
        self.assertIn("#SBATCH --array=0-1\n", script)
        for task in range(2):
            subprocess.run(["bash", "sweep.sh"], cwd=self.folder, check=True, timeout=500,
                           env={**os.environ, "SLURM_ARRAY_TASK_ID": str(task)})
        files = sorted(str(file) for file in self.folder.glob("starling-sweep/*.json"))
        self.assertEqual(len(files), 2)
        merged = json.loads(self.sim("merge", "--json", *files).stdout)
        whole.pop("real"), merged.pop("real")
        self.assertEqual(merged, whole)
        self.assert_refused(["merge", files[0], files[0]], "seeds")
        if whole["never_reached"]:
            self.assertIn("never reached", self.sim("merge", "--nightly", *files, code=1).stderr)


def off_by_an_ulp(value):
    """The same, as a writer or reader has it that rounds a fraction's last digit the other way."""
    if isinstance(value, float):
        return math.nextafter(value, math.inf)
    if isinstance(value, list):
        return [off_by_an_ulp(item) for item in value]
    if isinstance(value, dict):
        return {name: off_by_an_ulp(member) for name, member in value.items()}
    return value


class PageParser(html.parser.HTMLParser):
    """Every element that is opened is closed, but for those of HTML that need not be."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} at {self.getpos()}"


if __name__ == "__main__":
    unittest.main()
