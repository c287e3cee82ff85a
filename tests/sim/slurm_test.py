"""A sweep as a job array of a real Slurm: one node on loopback, all of it in a temporary folder."""

import getpass
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("STARLING_BIN", HERE.parent.parent / "build/release/bin"))
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "squeue", "sinfo")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
DEADLINE = 240

# Nobody else reaches these ports or this folder, so no keys are needed.
CONF = """
ClusterName=starling
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmdPort={daemon}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
ReturnToService=2
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@unittest.skipUnless(all(shutil.which(name, path=PATH) for name in PROGRAMS),
                     "slurm-wlm is not installed")
class Slurm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        conf = self.folder / "slurm.conf"
        conf.write_text(CONF.format(host=socket.gethostname().split(".")[0], folder=self.folder,
                                    user=getpass.getuser(), control=free_port(),
                                    daemon=free_port(), cpus=os.cpu_count()))
        self.environment = {**os.environ, "SLURM_CONF": str(conf), "PATH": PATH}
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D")
        self.wait_until(lambda: "idle" in self.run_tool("sinfo", "-h", "-o", "%T"), "a node idle")

    def start(self, *command):
        with (self.folder / f"{command[0]}.out").open("w") as out:
            process = subprocess.Popen(command, env=self.environment, cwd=self.folder,
                                       stdout=out, stderr=out)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

    def run_tool(self, *command):
        done = subprocess.run(command, env=self.environment, cwd=self.folder, text=True,
                              capture_output=True, timeout=60, check=False)
        return done.stdout

    def logs(self):
        return "\n".join(f"{log.name}:\n" + "\n".join(log.read_text().splitlines()[-15:])
                         for log in sorted(self.folder.glob("slurm*.[lo]*")))

    def wait_until(self, condition, what):
        end = time.monotonic() + DEADLINE
        while not condition():
            self.assertLess(time.monotonic(), end, f"{what} did not come; {self.logs()}")
            time.sleep(0.2)

    def test_a_job_array_sweeps_and_its_results_are_merged(self):
        sim = str(BIN / "starling-sim")
        script = self.run_tool(sim, "slurm", "--seeds", "7", "--per-task", "3", "--nodes", "5")
        (self.folder / "sweep.sh").write_text(script)
        self.assertIn("Submitted", self.run_tool("sbatch", "sweep.sh"))
        results = self.folder / "starling-sweep"
        self.wait_until(lambda: len(list(results.glob("*.json"))) == 3, "the results")
        self.wait_until(lambda: not self.run_tool("squeue", "-h"), "the end of the job")
        files = sorted(str(file) for file in results.glob("*.json"))
        merged = json.loads(self.run_tool(sim, "merge", "--json", *files))
        self.assertEqual(merged["seeds"], [[1, 7]])
        whole = json.loads(self.run_tool(sim, "swarm", "--seeds", "7", "--nodes", "5", "--json"))
        self.assertEqual(merged["trace_hash"], whole["trace_hash"])
        self.assertEqual(merged["marks"], whole["marks"])


if __name__ == "__main__":
    unittest.main()
