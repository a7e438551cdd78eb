"""Runs commands alternately and records what each run took."""

import dataclasses
import os
import random
import statistics
import subprocess

from scene import BUILD, Failed

WARM_UPS = 3
ROUNDS = 30
QUICK_ROUNDS = 5


@dataclasses.dataclass
class Side:
    """A command to measure."""

    name: str
    command: list
    environment: dict
    # What standard output must contain during the warm-up; empty for anything.
    expects: bytes = b""
    text: str = ""
    # Called before and after each run, outside the measurement.
    before: object = None
    after: object = None


@dataclasses.dataclass
class Runs:
    """What each measured run of a side took."""

    wall: list = dataclasses.field(default_factory=list)
    cpu: list = dataclasses.field(default_factory=list)
    memory: list = dataclasses.field(default_factory=list)  # KiB

    def summary(self):
        return {
            "median_ms": round(statistics.median(self.wall) * 1e3, 3),
            "cpu_ms": round(statistics.median(self.cpu) * 1e3, 3),
            "peak_kib": max(self.memory),
        }


class Measuring:
    def __init__(self, scene, dice=None):
        self.scene = scene
        self.dice = dice or random.Random()
        self.input = scene.place / "measure-input"
        self.output = scene.place / "measure-output"

    def once(self, side, output=os.devnull):
        """Runs a side once; returns wall seconds, processor seconds and peak memory in KiB."""
        self.input.write_text(side.text)
        if side.before:
            side.before()
        done = subprocess.run(
            [BUILD / "measure", self.input, output, *map(str, side.command)], env=side.environment,
            cwd=self.scene.place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        fields = done.stdout.split()
        if len(fields) != 4 or fields[3] != "0":
            raise Failed(f"{side.name}: status {fields[3:]}: {done.stderr.strip()[:300]}")
        if side.after:
            side.after()
        return float(fields[0]), float(fields[1]), int(fields[2])

    def warm_up(self, side, rounds):
        for _ in range(rounds):
            self.once(side, output=self.output)
            if side.expects not in self.output.read_bytes():
                raise Failed(f"{side.name}: unexpected output")

    def rounds(self, sides, count, runs):
        """Runs all sides once per round, in a random order each time."""
        for _ in range(count):
            order = list(range(len(sides)))
            self.dice.shuffle(order)
            for index in order:
                wall, cpu, memory = self.once(sides[index])
                runs[index].wall.append(wall)
                runs[index].cpu.append(cpu)
                runs[index].memory.append(memory)

    def together(self, sides, goal=None, quick=False):
        """The runs of each side; twice as many if the ratio is within 10% of the goal."""
        runs = [Runs() for _ in sides]
        for side in sides:
            self.warm_up(side, 1 if quick else WARM_UPS)
        count = QUICK_ROUNDS if quick else ROUNDS
        self.rounds(sides, count, runs)
        if goal and not quick and abs(ratios(*runs[:2])["median"] / goal - 1) <= 0.1:
            self.rounds(sides, count, runs)
        return runs


def ratios(one, other, what="wall"):
    """The smallest, median and largest ratio of one to the other, round by round."""
    each = sorted(a / b for a, b in zip(getattr(one, what), getattr(other, what)) if b > 0)
    if not each:
        return {"min": 0.0, "median": 0.0, "max": 0.0}
    return {
        "min": round(each[0], 3), "median": round(statistics.median(each), 3),
        "max": round(each[-1], 3),
    }
