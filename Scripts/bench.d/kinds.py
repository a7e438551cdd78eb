"""The kinds of rows: two commands, one command on vaults of all sizes, or a number."""

import dataclasses

from pairs import Measuring, ratios

SIZES = (10, 100, 1_000, 10_000, 100_000)


@dataclasses.dataclass
class Row:
    name: str
    what: str
    peer: str
    goal: float | None
    # Takes the scene; returns the command to measure and the one to compare it with.
    sides: object

    def measured(self, scene, quick):
        sides = self.sides(scene)
        one, other = Measuring(scene).together(sides, self.goal, quick)
        ratio = ratios(one, other)
        return {
            "ratio": ratio, "cpu_ratio": ratios(one, other, "cpu"), "rounds": len(one.wall),
            "program": one.summary(), "against": other.summary(),
            "holds": None if self.goal is None else ratio["median"] <= self.goal,
        }


@dataclasses.dataclass
class Growth:
    """One command on vaults of all sizes."""

    name: str
    what: str
    side: object  # takes the scene and a size
    peer: str = "10 entries"
    goal: None = None

    def measured(self, scene, quick):
        runs = Measuring(scene).together([self.side(scene, size) for size in SIZES], quick=quick)
        return {
            "sizes": {size: one.summary() for size, one in zip(SIZES, runs)},
            "ratio": ratios(runs[-1], runs[0]), "rounds": len(runs[0].wall), "holds": None,
        }


@dataclasses.dataclass
class Limit:
    """A number that the program must not exceed."""

    name: str
    what: str
    unit: str
    goal: float | None
    number: object  # takes the scene
    peer: str = ""

    def measured(self, scene, quick):
        number = round(self.number(scene), 2)
        return {
            "number": number, "unit": self.unit,
            "holds": None if self.goal is None else number <= self.goal,
        }
