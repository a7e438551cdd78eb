"""Prints results: lines for the terminal, a table for the README."""

import datetime
import pathlib
import platform

BEGIN, END = "<!-- Scripts/bench --readme writes this table -->", "<!-- the end of the table -->"


def machine():
    """The processor, the number of cores and the system."""
    processor = next(
        (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine())
    cores = sum(
        line.startswith("processor") for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines())
    system = "Linux"
    release = pathlib.Path("/etc/os-release")
    if release.exists():
        fields = dict(
            line.split("=", 1) for line in release.read_text().splitlines() if "=" in line)
        system = fields.get("PRETTY_NAME", system).strip('"')
    return f"{processor}, {cores} cores, {system}"


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def time(milliseconds):
    return f"{milliseconds:.2f} ms" if milliseconds < 100 else f"{milliseconds / 1e3:.2f} s"


def verdict(result):
    return {None: "", True: "reached", False: "MISSED"}[result["holds"]]


def line(result):
    """One result as two lines of text."""
    if "not_measured" in result:
        return f"{result['row']}: not measured: {result['not_measured']}"
    goal = "" if result["goal"] is None else f"goal {result['goal']:g}"
    if "number" in result:
        parts = [f"{result['number']:g} {result['unit']}".strip(), goal, verdict(result)]
    elif "sizes" in result:
        parts = [
            f"{size}: {time(one['median_ms'])} {one['peak_kib'] / 1024:.1f} MiB"
            for size, one in result["sizes"].items()
        ]
    else:
        ratio, cpu = result["ratio"], result["cpu_ratio"]
        parts = [
            f"{time(result['program']['median_ms'])} : {time(result['against']['median_ms'])}",
            f"ratio {ratio['median']:.2f} ({ratio['min']:.2f}–{ratio['max']:.2f})",
            f"cpu {cpu['median']:.2f}",
            f"{result['program']['peak_kib'] / 1024:.1f} : {result['against']['peak_kib'] / 1024:.1f} MiB",
            goal, verdict(result),
        ]
    words = result["what"] + (f" : {result['peer']}" if result["peer"] else "")
    return f"{result['row']}: {words.replace('`', '')}\n    " + ", ".join(one for one in parts if one)


def readme_table(results):
    """The rows that have a goal, as a Markdown table."""
    lines = [
        BEGIN,
        f"Measured on {today()} on {machine()}; each pair side by side in one run, at least 30 times:", "",
        "| what | against | median | ratio | goal |", "|---|---|--:|--:|--:|",
    ]
    for result in results:
        if "sizes" in result or not result["goal"]:
            continue
        goal = "" if result["goal"] is None else f"≤ {result['goal']:g}"
        if "not_measured" in result:
            median, ratio = "not measured", ""
        elif "number" in result:
            median, ratio = f"{result['number']:g} {result['unit']}".strip(), ""
        else:
            median, ratio = time(result["program"]["median_ms"]), f"{result['ratio']['median']:.2f}"
        if result.get("holds") is False:
            goal += " (missed)"
        lines.append(f"| {result['what']} | {result['peer']} | {median} | {ratio} | {goal} |")
    return "\n".join([*lines, END])


def write_readme(path, results):
    text = path.read_text()
    if BEGIN not in text or END not in text:
        raise ValueError(f"{path.name} does not have the comments that mark the table")
    before, rest = text.split(BEGIN, 1)
    path.write_text(before + readme_table(results) + rest.split(END, 1)[1])
