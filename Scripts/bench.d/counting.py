"""A check that does not depend on the clock: instructions, chunks opened and memory, with limits."""

import re

from pairs import Measuring, Runs, Side
from scene import SOURCES, Scene, entries
from tools import compiled, need

FEW, SOME, MANY = 100, 1_000, 100_000
CHEAP = (1, 65_536)
# A lookup in 100,000 entries takes about twelve steps, and each may need a second chunk.
CHUNKS = 20
# The kernel maps files in blocks of 64 KiB, and the number of blocks varies.
LEEWAY = 256
# Commands that go through all entries keep only some of them: with all in memory, `check` would need
# 84 MiB.
STREAMED = 48 * 1_024


def limits():
    """The maximum number of instructions by name."""
    lines = (SOURCES / "instructions").read_text().splitlines()
    fields = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: int(limit) for name, limit in fields}


def environment(vault):
    """Unlocks by machine key, as not every machine has a keyring; hashes are the same each time."""
    return {**vault.by_key, "SWIFT_DETERMINISTIC_HASHING": "1"}


def instructions(scene, vault, program, *arguments, text=""):
    found = scene.place / "callgrind"
    # A shell that ignores the status: `exec` is counted up to a command that does not exist, as
    # callgrind writes nothing about a process that is replaced.
    scene.run(
        "sh", "-c", '"$@" || [ $? = 127 ]', "sh", need("valgrind", "valgrind"), "--quiet",
        "--tool=callgrind", f"--callgrind-out-file={found}", program, *arguments,
        environment=environment(vault), text=text)
    return int(re.search(r"^(?:summary|totals): (\d+)", found.read_text(), re.M)[1])


def chunks_opened(scene, vault):
    """The number of reads that are as long as a sealed chunk, or that end at the end of the file."""
    log = scene.place / "reads"
    scene.run(
        need("strace", "strace"), "-f", "-e", "trace=pread64,read", "-o", log, scene.program, "get",
        vault.reference, environment=environment(vault))
    size = vault.path.stat().st_size
    reads = re.findall(r"pread64\(\d+, .*, (\d+), (\d+)\) += (\d+)", log.read_text())
    return sum(
        taken == "16400" or int(place) + int(taken) == size for _, place, taken in reads)


def peaks(scene, rounds, calls):
    """The memory that each call, a vault and a command, needs at least, in KiB."""
    sides = [Side(command[0], [scene.program, *command], environment(vault)) for vault, command in calls]
    runs = [Runs() for _ in sides]
    Measuring(scene).rounds(sides, rounds, runs)
    return [min(one.memory) for one in runs]


def count(program):
    """Prints each number with its limit; returns 1 if one is above its limit, else 0."""
    compiled("measure")
    failed = False

    def judge(name, number, limit):
        nonlocal failed
        failed = failed or number > limit
        print(f"{name}: {number:,}, at most {limit:,}{'' if number <= limit else ': TOO MANY'}")

    most = limits()
    with Scene(program) as scene:
        few, some, many = (
            scene.vault(size, kdf=CHEAP, session=False) for size in (FEW, SOME, MANY))
        for name, vault in ((f"get-{FEW}", few), (f"get-{MANY}", many)):
            found = instructions(scene, vault, scene.program, "get", vault.reference)
            judge(f"{name} instructions", found, most[name])
        # Next to a remote, at most 2% more.
        alone = instructions(scene, few, scene.program, "get", few.reference)
        shared = scene.shared_vault(FEW, kdf=CHEAP, session=False)
        found = instructions(scene, shared, scene.program, "get", shared.reference)
        judge(f"get-{FEW} next to a remote instructions", found, alone * 102 // 100)
        used = instructions(
            scene, few, scene.program, "exec", "--env", f"TOKEN={few.reference}", "--", "/nonexistent")
        judge(f"exec-{FEW} instructions", used, most[f"exec-{FEW}"])
        # All entries of the vault.
        template = "".join(f"{{{{ {reference} }}}}\n" for reference, _, _ in entries(FEW))
        found = instructions(scene, few, scene.program, "inject", text=template)
        judge(f"inject-{FEW} instructions", found, most[f"inject-{FEW}"])
        # Callgrind does not follow the handover to the large program, so run that one.
        for command in (["list", "--json"], ["check", "--json"], ["verify"]):
            name = f"{command[0]}-{SOME}"
            found = instructions(scene, some, f"{scene.program}-main", *command)
            judge(f"{name} instructions", found, most[name])
        added = instructions(
            scene, some, f"{scene.program}-main", "add", "user:77", "--quiet", text="FAKEadded")
        judge(f"add-{SOME} instructions", added, most[f"add-{SOME}"])
        judge(f"get-{MANY} chunks opened", chunks_opened(scene, many), CHUNKS)
        with_few, with_many = peaks(
            scene, 10, [(vault, ["get", vault.reference]) for vault in (few, many)])
        judge(f"get-{MANY} KiB of memory", with_many, with_few + LEEWAY)
        commands = (
            ["list", "--json"], ["check", "--json"],
            ["check", "--json", "--on-problem", "true"], ["verify"])
        used = peaks(scene, 1, [(many, command) for command in commands])
        for command, memory in zip(commands, used):
            judge(f"{' '.join(command)}, {MANY} entries, KiB of memory", memory, STREAMED)
    return 1 if failed else 0
