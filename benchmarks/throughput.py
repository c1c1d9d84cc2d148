"""
Requests a second by wrk, with one replica of what every question goes through and with several; and the p50 of one
caller alone. The same data, the same run; wrk takes its share of the machine.

    python -m benchmarks.throughput --passages FILE.jsonl --questions FILE.jsonl [--replicas 2] [--connections 16] \
        [--seconds 10] [--rounds 2]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from benchmarks.fairness import asking, taken
from cli import sources
from cli.learn import teach
from cli.state import Endpoint
from cli.supervisor.fleet import running

MIND = "throughput"
MODELS = ("myriad-swift", "myriad-base")
WARM_SECONDS = 6
CALLS_ALONE = 200
SCRIPT = """
local bodies, next = {{}}, 0
for line in io.lines("{bodies}") do bodies[#bodies + 1] = line end
request = function()
  next = next % #bodies + 1
  return wrk.format("POST", "/v1/query", {{
    ["authorization"] = "Bearer {key}", ["content-type"] = "application/json"}}, bodies[next])
end
"""


async def main(arguments: argparse.Namespace) -> None:
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("wrk is missing: install it (apt install wrk), or put it on PATH")
    os.environ["MYRIAD_RATE_PER_SECOND"] = "1000000"  # one key asks all
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    measured: dict[tuple[int, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="myriad-throughput-") as folder:
        data, learned = Path(folder, "data"), False
        for _ in range(arguments.rounds):
            for replicas in (1, arguments.replicas):
                async with running(data, None, 2, print, replicas=replicas) as myriad:
                    if not learned:
                        await asyncio.to_thread(teach, myriad.endpoint, MIND, sources.find([arguments.passages]))
                        learned = True
                    for model in MODELS:
                        script = written(Path(folder), myriad.endpoint, questions, model)
                        told = "-s", str(script), "-c", str(arguments.connections), "-t", "1", "--timeout", "10s"
                        command = wrk, *told
                        await pressed(*command, "-d", str(WARM_SECONDS), myriad.endpoint.url)
                        began = processor_seconds()
                        rate = await pressed(*command, "-d", str(arguments.seconds), myriad.endpoint.url)
                        spent = (processor_seconds() - began) / (rate * arguments.seconds) * 1e3
                        alone = await p50(myriad.endpoint, questions, model)
                        measured.setdefault((replicas, model), []).append((rate, alone))
                        print(
                            f"{replicas} replicas  {model:12}  {rate:7.1f} requests/s, {spent:6.2f} ms of processor"
                            f" time each, p50 alone {alone:6.2f} ms"
                        )
    for model in MODELS:
        rates = [statistics.median(rate for rate, _ in measured[n, model]) for n in (1, arguments.replicas)]
        print(f"{model:12}  {rates[1] / rates[0]:.2f} times the requests with {arguments.replicas} replicas")


def written(folder: Path, endpoint: Endpoint, questions: list[str], model: str) -> Path:
    """What wrk is told: each question in turn."""
    bodies, script = folder / "bodies.jsonl", folder / "ask.lua"
    bodies.write_text(
        "".join(json.dumps({"question": one, "mind": MIND, "model": model}) + "\n" for one in questions),
        encoding="utf-8",
    )
    script.write_text(SCRIPT.format(bodies=bodies, key=endpoint.api_key), encoding="utf-8")
    return script


async def pressed(*command: str) -> float:
    """Requests a second that were answered. RuntimeError if some were not."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said = (await process.communicate())[0].decode()
    if process.returncode or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk says:\n{said}")
    return float(re.findall(r"Requests/sec:\s*([\d.]+)", said)[0])


def processor_seconds() -> float:
    """What the processes of Myriad have computed so far (Linux), whatever else the machine does."""
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == os.getpid():
                spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


async def p50(endpoint: Endpoint, questions: list[str], model: str) -> float:
    """Milliseconds of one caller's answers, one after the other."""
    bodies = [json.dumps({"question": one, "mind": MIND, "model": model}).encode() for one in questions]
    return statistics.median(await taken(asking(endpoint.url, endpoint.api_key, "/v1/query", bodies), CALLS_ALONE))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure requests a second with one replica and with several.")
    parser.add_argument("--passages", required=True, type=Path, help="JSONL to learn")
    parser.add_argument("--questions", required=True, type=Path, help="JSONL of objects with a `question`")
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    asyncio.run(main(parser.parse_args()))
