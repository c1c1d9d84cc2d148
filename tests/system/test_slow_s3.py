"""An S3 that is slow, breaks off and hangs: each call ends in time with a clear word, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proxy import beside
from tests.servers import S3
from tests.system import invariants
from tests.system.faults import Deeds, is_well_told
from tests.system.harness import Up, needs_all, start

SEED = int(os.environ.get("MYRIAD_TEST_SEED", "10"))
SAMPLE_SECONDS = 4.0
SOAK_SECONDS = 90.0
RIVERS = 40

pytestmark = [pytest.mark.timeout(300), *needs_all]


@dataclass
class Weather:
    """What comes of a piece of an answer while it is bad."""

    chance: random.Random
    bad: bool = False

    async def passes(self, _carried: int) -> bool:
        if self.bad:
            match self.chance.choices(("well", "late", "hangs", "reset"), (70, 20, 3, 7)):
                case ["late"]:
                    await asyncio.sleep(self.chance.uniform(0.1, 1.5))
                case ["hangs"]:
                    await asyncio.sleep(30)
                case ["reset"]:
                    return False
        return True


@contextmanager
def behind(folder: Path, s3: S3, address: str) -> Iterator[Up]:
    told = {
        "MYRIAD_PACKETS": f"s3://{s3.bucket}/slow",
        "MYRIAD_S3_ENDPOINT": f"http://{address}",
        "AWS_ACCESS_KEY_ID": s3.access_key,
        "AWS_SECRET_ACCESS_KEY": s3.secret_key,
        "AWS_REGION": s3.region,
    }
    up = start(folder / "data", folder / "state", told=told)
    try:
        yield up
    finally:
        up.stop()


def test_whatever_s3_does_each_call_ends_in_time_with_a_clear_word(tmp_path: Path, s3: S3, thorough: bool) -> None:
    print(f"MYRIAD_TEST_SEED={SEED}")
    weather = Weather(random.Random(SEED))
    with beside(s3.port, weather.passes) as address, behind(tmp_path, s3, address) as up:
        deeds, well = Deeds(up), invariants.running(up)
        deeds.stock(RIVERS)
        for what in ("learn", "query", "forget"):
            weather.bad = True

            def storm() -> None:
                time.sleep(SOAK_SECONDS if thorough else SAMPLE_SECONDS)
                weather.bad = False

            came = deeds.during(what, storm)
            assert not [one for one in came if not is_well_told(one)]
            assert not deeds.unfinished
            invariants.hold(deeds, well, weather.chance)
            deeds.stock(RIVERS)
