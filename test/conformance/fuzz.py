#!/usr/bin/env python3
"""Holds a policy evaluator against Cilium's own engine on random small worlds (worlds.py).

The oracle and the evaluator each run as one process that takes worlds on stdin; every flow is decided by both.
A disagreement is shrunk to one flow and the fewest policies, rules and fields that still disagree, and printed
with both answers. What the evaluator calls unknown is counted apart.

  fuzz.py --oracle ORACLE --runs 500 --seed 1                                  what the worlds hold, oracle only
  fuzz.py --oracle ORACLE --runs 500 --seed 1 --tool "netpol-drift evaluate"   compare
  fuzz.py --oracle ORACLE --self-test [--tool …]                               hand-written worlds (selftest.py)
  fuzz.py --oracle ORACLE --world SEED                                         one world with the oracle's answers

Exit code 0 when they agree, 1 on a disagreement or on more unknown answers than allowed.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import queue
import shlex
import subprocess
import sys
import time

from shrink import shrink
from worlds import FEATURES, random_world

# World seeds of different --seed never meet below so many runs.
SEED_STEP = 1_000_003


class Engine:
    """Equal processes that speak the batch protocol, a world a line in, an answer a line out."""

    def __init__(self, command, processes=1):
        # Worlds are small: Go's collector need not run as often as it would by itself.
        environment = {"GOGC": "400", **os.environ}
        self.processes = [subprocess.Popen(shlex.split(command) + ["--batch"], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True, env=environment)
                          for _ in range(processes)]
        self.idle = queue.SimpleQueue()
        for process in self.processes:
            self.idle.put(process)

    def decide(self, world):
        process = self.idle.get()
        try:
            process.stdin.write(json.dumps({"id": 0, **world}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            self.idle.put(process)
        if not line:
            raise SystemExit(f"{process.args[0]} ended unexpectedly")
        return json.loads(line)

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


# ---------------------------------------------------------------- comparison


def differences(truth, said, options, tally=None):
    """(flow line, oracle's answer, evaluator's answer, what) for each flow on which both decided differently."""
    for answer in (truth, said):
        if answer.get("error"):
            return [(0, truth, said, "failure")]
    answers = {answer["line"]: answer for answer in said["results"]}
    tally = collections.Counter() if tally is None else tally
    found = []
    for right in truth["results"]:
        line = right["line"]
        answer = answers.get(line)
        if right.get("error"):
            tally["not asked: " + right["error"]] += 1
            continue
        tally["flows"] += 1
        if answer is None:
            found.append((line, right, answer, "no answer"))
        elif answer["declared"] == "unknown":
            tally["unknown: " + ",".join(sorted(answer["undecidable"]))] += 1
        elif answer["declared"] != right["declared"]:
            found.append((line, right, answer, "declared"))
        elif not same_reason(right, answer):
            found.append((line, right, answer, "reason"))
        elif "selecting" in options.also and sorted(answer["selecting"]) != right["selecting"]:
            found.append((line, right, answer, "selecting"))
        elif "deciding" in options.also and not set(right["rules"]) <= set(answer["deciding"]):
            found.append((line, right, answer, "deciding"))
        else:
            tally[f"agreed: {right['declared']} {right['reason']}"] += 1
    return found


def same_reason(truth, said):
    """Whatever else is in force, the engine lets the local host in by an allow rule of its own. The evaluator has
    words for that: local-host where some policy isolates the subject and none of its rules allows, else no-policy."""
    own = ("local-host", "no-policy") if truth["via"] == "allow-localhost" else ()
    return said["reason"] == truth["reason"] or said["reason"] in own


# ---------------------------------------------------------------- worlds, one after another


class Run:
    def __init__(self, oracle, tool, options, without):
        self.oracle, self.tool, self.options, self.without = oracle, tool, options, without
        self.tally = collections.Counter()
        self.failures = 0

    def one(self, number):
        seed = self.options.seed * SEED_STEP + number
        world = random_world(seed, self.without)
        tally = collections.Counter()
        truth = self.valid(world, tally)
        if self.tool is None:
            for result in truth["results"]:
                tally["flows"] += 1
                words = (result["declared"], result.get("reason"), result.get("via"), result.get("error"))
                tally[" ".join(filter(None, words))] += 1
            return seed, world, tally, [(0, truth, None, "failure")] if truth.get("error") else []
        found = differences(truth, self.tool.decide(world), self.options, tally)
        return seed, world, tally, found

    def valid(self, world, tally):
        """The oracle's answer, after policies that it refuses were taken out of the world."""
        answer = self.oracle.decide(world)
        if answer["invalid"] and not self.options.keep_invalid:
            refused = {item["policy"] for item in answer["invalid"]}
            for item in answer["invalid"]:
                tally["refused: " + item["error"].split(":")[-1].strip()[:70]] += 1
            world["policies"] = [policy for policy in world["policies"] if ref(policy) not in refused]
            answer = self.oracle.decide(world)
        return answer

    def run(self):
        started = time.monotonic()
        done = 0
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for seed, world, tally, found in pool.map(self.one, range(self.options.runs)):
                done += 1
                self.tally.update(tally)
                if not found:
                    continue
                self.failures += 1
                self.report(seed, world, found)
                if self.failures == self.options.max_failures:
                    pool.shutdown(wait=False, cancel_futures=True)
                    break
        return self.summary(done, time.monotonic() - started)

    def summary(self, done, seconds):
        for key, count in sorted(self.tally.items()):
            print(f"{count:9,}  {key}")
        flows = self.tally["flows"]
        unknown = sum(count for key, count in self.tally.items() if key.startswith("unknown: "))
        share = 100 * unknown / max(1, flows)
        first = self.options.seed * SEED_STEP
        print(f"{done:,} worlds (--seed {self.options.seed}, world seeds {first}..{first + done - 1}), "
              f"{flows:,} flows, {self.failures} worlds with disagreements, {unknown:,} unknown ({share:.2f} %), "
              f"{done / seconds:.0f} worlds/s")
        if share > self.options.max_unknown:
            print(f"more than {self.options.max_unknown} % unknown")
        return 1 if self.failures or share > self.options.max_unknown else 0

    def report(self, seed, world, found):
        line, truth, said, what = found[0]
        print(f"\n=== disagreement on {what}: world seed {seed}, flow {line} ({len(found)} flows differ)")
        if self.tool is None or line == 0:
            print(json.dumps({"oracle": truth.get("error"), "evaluator": said and said.get("error")}))
            return

        def disagrees(candidate):
            answer = self.oracle.decide(candidate)
            if answer.get("error") or answer["invalid"]:
                return False
            return any(kind == what for *_, kind in differences(answer, self.tool.decide(candidate), self.options))

        small = shrink({"policies": world["policies"], "flows": [world["flows"][line - 1]]}, disagrees)
        show(small, self.oracle.decide(small), self.tool.decide(small))


def show(world, truth, said=None):
    for policy in world["policies"]:
        print(json.dumps(policy))
    answers = {answer["line"]: answer for answer in said["results"]} if said else {}
    for result in truth["results"]:
        print(json.dumps(world["flows"][result["line"] - 1]))
        print("  oracle:   ", json.dumps(result))
        if said:
            print("  evaluator:", json.dumps(answers.get(result["line"])))
    for item in truth["invalid"]:
        print("  refused:  ", json.dumps(item))
    sys.stdout.flush()


def ref(policy):
    return f"{policy['kind']}/{policy['metadata'].get('namespace', '')}/{policy['metadata']['name']}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", required=True, help="command of the oracle, run as: CMD --batch")
    parser.add_argument("--tool", help="command of the evaluator, run as: CMD --batch")
    parser.add_argument("--runs", type=int, default=200, help="worlds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="evaluator processes at once")
    parser.add_argument("--without", default="", help="features to leave out: " + ", ".join(FEATURES))
    parser.add_argument("--also", default="",
                        help="compare also: selecting; deciding (the rules behind the engine's entry must be among them)")
    parser.add_argument("--keep-invalid", action="store_true", help="leave policies that the engine refuses in")
    parser.add_argument("--max-failures", type=int, default=5, help="stop after so many worlds with disagreements")
    parser.add_argument("--max-unknown", type=float, default=2.0, help="per cent of the flows")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--world", type=int, metavar="SEED", help="print the world of a report, and end")
    options = parser.parse_args()
    options.also = set(filter(None, options.also.split(",")))
    options.without = set(filter(None, options.without.split(",")))
    for name in options.without - set(FEATURES):
        parser.error(f"no feature {name!r}")
    return options


def main():
    options = arguments()
    oracle = Engine(options.oracle)
    tool = Engine(options.tool, options.jobs) if options.tool else None
    try:
        if options.self_test:
            import selftest
            return selftest.run(oracle, tool)
        if options.world is not None:
            world = random_world(options.world, options.without)
            show(world, oracle.decide(world), tool.decide(world) if tool else None)
            return 0
        return Run(oracle, tool, options, options.without).run()
    finally:
        for engine in filter(None, (oracle, tool)):
            engine.close()


if __name__ == "__main__":
    sys.exit(main())
