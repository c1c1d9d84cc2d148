"""
Replicas: how those of the DLM know of each other's hosts, and put agents to sleep together.

Each has the whole picture in memory and tells the others of the hosts that are tied to it, by notes that all read in
one order. Nothing else is kept: who finds that he lacks a change asks for the whole picture of that host, be it that he
has just started, that notes were lost, or that the store of the notes was away.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from dlm.errors import ReplicasSilent
from dlm.fleet import Fleet, Member
from dlm.flights import Flights
from dlm.forgotten import Forgotten
from dlm.leading import Leadership
from dlm.ports import Bulletin, Directory
from dlm.reaching import Reaching
from dlm.residency import Residency
from mesh import names
from mesh.errors import MyriadError
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.replica_note_pb2 import (
    HostStay,
    HostStays,
    ReplicaFigures,
    ReplicaNote,
    ResidentChange,
    Slumber,
)

log = structlog.get_logger()
BEAT_SECONDS = 1.0
REPLICA_SECONDS = 20.0
"""A replica of which nothing was heard for so long is gone; its hosts have found another long before, as a rule."""
STALE_SECONDS = 5.0
"""
Who has read no note for so long may have missed that agents were put to sleep, and believes nobody but the connectome.
With what a load takes it is less than `REPLICA_SECONDS`, after which the others no longer wait for him.
"""
HEED_SECONDS = 5.0
AGAIN_SECONDS = 2.0
"""How often a picture is asked for, and given."""
LARGEST_NOTE = 5_000
MOST_NOTES = 10_000
"""Notes that wait to be posted; what is beyond is dropped, and missed, and asked for."""


class _Slumber:
    """What this replica wants all others to put to sleep."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self.waited: set[str] | None = None
        """Who has yet to heed it; None until it has come back: who was there before it is known by then."""
        self.residents = set[str]()
        """Of whole minds: what hosts hold by what others know."""
        self.over = asyncio.Event()
        """Set when all have heeded it, or it cannot be posted."""

    @property
    def heeded(self) -> bool:
        return self.waited is not None and not self.waited

    def wait(self, replicas: Collection[str]) -> None:
        self.waited = set(replicas)
        self.drop("")

    def drop(self, replica: str) -> None:
        if self.waited is not None:
            self.waited.discard(replica)
            if not self.waited:
                self.over.set()


class Replicas:
    """This replica among the others."""

    def __init__(
        self,
        place: str,
        fleet: Fleet,
        directory: Directory,
        residency: Residency,
        forgotten: Forgotten,
        flights: Flights,
        bulletin: Bulletin,
    ) -> None:
        """`place`: where this replica listens, and no other at the same time."""
        self.name = f"{place}#{secrets.token_hex(8)}"
        self._place = place
        self._fleet = fleet
        self._directory = directory
        self._residency = residency
        self._forgotten = forgotten
        self._flights = flights
        self._bulletin = bulletin
        self.leadership = Leadership(self.name, bulletin)
        self._drain: Callable[[str], object] = lambda _host: None
        self._reaching = Reaching(self._write, self._spawn)
        self._own_figures: Callable[[], ReplicaFigures] = ReplicaFigures
        self._figures: dict[str, ReplicaFigures] = {}
        self._notes: deque[ReplicaNote] = deque()
        self._posted = 0
        self._wake = asyncio.Event()
        self._beaten = float("-inf")
        self._wake.set()
        self._announced = asyncio.Event()
        self._announced_at = float("inf")
        self._started = False
        """Whether all was read that others had posted before they knew of this replica."""
        self._heard: dict[str, float] = {}
        """By other replica: when it wrote last."""
        self._read_numbers: dict[str, int] = {}
        self._read_at = float("-inf")
        self._interrupted = False
        self._leaving: set[str] = set()
        """Those that have said that they stop."""
        self._pieces = WeakKeyDictionary[Member, list[str]]()
        self._asked = WeakKeyDictionary[Member, float]()
        self._given = WeakKeyDictionary[Member, float]()
        self._slumbers: dict[str, _Slumber] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.pictures = 0
        """Pictures that were asked for, since changes were missed."""
        self.doubled = 0
        """Agents that another replica brought in while this one did so too."""

    def __len__(self) -> int:
        return len(self._heard)

    def hears(self, replica: str) -> bool:
        return replica in self._heard

    def leads(self) -> bool:
        return self.leadership.held

    async def known(self) -> None:
        await self._announced.wait()

    def current(self) -> bool:
        return self._started and time.monotonic() - self._read_at < STALE_SECONDS

    def tell(self, member: Member, placed: Sequence[str], released: Sequence[str]) -> None:
        for start in range(0, max(len(placed), len(released)), LARGEST_NOTE):
            part = slice(start, start + LARGEST_NOTE)
            member.changes += 1
            change = ResidentChange(host=member.host.id, stay=member.stay, number=member.changes)
            change.placed.extend(placed[part])
            change.released.extend(released[part])
            self._write(ReplicaNote(change=change))

    async def welcome(self, member: Member) -> None:
        self.beat()
        await self._give(member)

    def beat(self) -> None:
        """Tell of all hosts that are tied to this replica."""
        self._beaten = time.monotonic()
        stays = [
            HostStay(host=one.host, stay=one.stay, change_count=one.changes)
            for one in self._fleet.members()
            if not one.replica
        ]
        self._write(ReplicaNote(stays=HostStays(stays=stays, figures=self._own_figures())))

    def show(self, figures: Callable[[], ReplicaFigures]) -> None:
        self._own_figures = figures

    def figures(self) -> Sequence[ReplicaFigures]:
        return [self._figures[replica] for replica in self._lately()]

    def _lately(self) -> Sequence[str]:
        latest = time.monotonic() - STALE_SECONDS
        return [replica for replica in self._figures if self._heard[replica] > latest]

    def drain(self, host: str) -> None:
        self._write(ReplicaNote(drained_host=host))

    def listen(self, drain: Callable[[str], object]) -> None:
        self._drain = drain

    async def reach(self, member: Member) -> bool:
        with_envoys = {one for one in self._lately() if self._figures[one].edge.connected_count}
        return await self._reaching.reach(member.host.id, with_envoys | ({member.replica} & self._heard.keys()))

    def reserve(self, hosts: Sequence[str], seconds: float) -> None:
        self._reaching.reserve(hosts, seconds)

    def heed(self, activate: Callable[[str], Awaitable[bool]], reserve: Callable[[Iterable[str], float], None]) -> None:
        self._reaching.heed(activate, reserve)

    @asynccontextmanager
    async def asleep(self, scope: Collection[str]) -> AsyncIterator[Collection[str]]:
        slumber = _Slumber()
        self._slumbers[slumber.id] = slumber
        try:
            self._write(ReplicaNote(slumber=Slumber(slumber=slumber.id, names=scope)))
            with suppress(TimeoutError):
                async with asyncio.timeout(HEED_SECONDS):
                    await slumber.over.wait()
        finally:
            del self._slumbers[slumber.id]
        others = self._heard.keys() - self._leaving
        if not slumber.heeded and (others or not self._started):
            raise ReplicasSilent(len(slumber.waited or others))
        yield slumber.residents

    async def keep_posting(self) -> None:
        """Post what there is to say, a beat each second at the least."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._wake.wait()
            if time.monotonic() - self._beaten > BEAT_SECONDS / 2:
                self.beat()
            self._wake.clear()
            await self._post()

    async def keep_reading(self) -> None:
        """Take in what others post; when that was not possible for a while, nobody is held to be gone for it."""
        while True:
            try:
                await self._read()
            except MyriadError:
                self._interrupted = True
                await asyncio.sleep(BEAT_SECONDS)

    async def _read(self) -> None:
        began = time.monotonic()
        notes = await self._bulletin.read()
        now = time.monotonic()
        if self._interrupted or now - self._read_at > STALE_SECONDS:
            self._heard = dict.fromkeys(self._heard, now)
            self._interrupted = False
        for age, content in notes:
            await self._take(ReplicaNote.FromString(content), now - age)
        self._read_at = now
        self._started |= began > self._announced_at
        for replica in [one for one, heard in self._heard.items() if now - heard > REPLICA_SECONDS]:
            await self._forget(replica)

    async def leave(self) -> None:
        """Tell the others that this replica stops; its hosts are theirs in a moment."""
        self._write(ReplicaNote(leaves=True))
        await self._post()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _write(self, note: ReplicaNote) -> None:
        if len(self._notes) < MOST_NOTES:
            self._posted += 1
            note.replica, note.number = self.name, self._posted
            self._notes.append(note)
        self._wake.set()

    async def _post(self) -> None:
        notes = [note.SerializeToString() for note in self._notes]
        self._notes.clear()
        try:
            await self._bulletin.post(notes)
        except MyriadError:
            for ours in self._slumbers.values():
                ours.over.set()
            return  # who misses other notes asks for pictures
        if not self._announced.is_set():
            self._announced_at = time.monotonic()
            self._announced.set()

    async def _admits(self, note: ReplicaNote) -> bool:
        """Whether a note is another's and comes for the first time; replicas that ran where it runs are gone."""
        replica, place = note.replica, note.replica.rpartition("#")[0]
        if replica == self.name and (ours := self._slumbers.get(note.slumber.slumber)):
            ours.wait(self._heard.keys() - self._leaving)
        if place == self._place or note.number <= self._read_numbers.get(replica, 0):
            return False
        self._read_numbers[replica] = note.number
        for other in list(self._heard):
            if other != replica and other.rpartition("#")[0] == place:
                await self._forget(other)
        return True

    async def _take(self, note: ReplicaNote, heard: float) -> None:
        if not await self._admits(note):
            return
        replica = note.replica
        self._heard[replica] = heard
        match note.WhichOneof("content"):
            case "stays":
                self._figures[replica] = note.stays.figures
                await self._stays(replica, note.stays.stays)
            case "change":
                await self._change(replica, note.change)
            case "unknown_host":
                await self._give(self._fleet.member(note.unknown_host))
            case "slumber":
                self._forgotten.add(note.slumber.names)
                self._spawn(self._heed(note.slumber))
            case "heeded":
                if ours := self._slumbers.get(note.heeded.slumber):
                    ours.residents.update(note.heeded.names)
                    ours.drop(replica)
            case "drained_host":
                member = self._fleet.member(note.drained_host)
                if member and not member.replica:
                    self._drain(note.drained_host)
            case "wanted_host" | "reached_host" | "reserved":
                self._reaching.take(note)
            case "leaves":
                self._leaving.add(replica)
                self._free(replica)

    async def _stays(self, replica: str, stays: Sequence[HostStay]) -> None:
        for one in stays:
            member = self._fleet.member(one.host.id)
            # The number of a stay comes from a clock, that of a replica which is gone may have been ahead.
            orphaned = member is not None and member.replica and not self.hears(member.replica)
            if member is None or orphaned or (one.stay, replica) > (member.stay, member.replica or self.name):
                member = self._fleet.join(one.host, one.stay, replica)
                member.changes = -1
                self._residency.changed(one.host)
                if not one.change_count:
                    continue  # it has just come, and its picture follows
            if (member.stay, member.replica) != (one.stay, replica):
                continue
            member.answered = time.monotonic()
            if member.host.phase == Host.PHASE_ACTIVE and member.wanted:
                one.host.phase = Host.PHASE_ACTIVE  # its replica has not read yet that it is wanted
            if self._fleet.update(member, one.host):
                self._residency.changed(one.host)
            if member.changes < int(one.change_count):
                self._ask(member)
        told = {one.host.id for one in stays}
        for member in self._fleet.members():
            if member.replica == replica and member.host.id not in told and self._fleet.leave(member):
                await self._residency.leave(member.host.id)

    async def _change(self, replica: str, change: ResidentChange) -> None:
        member = self._fleet.member(change.host)
        if member is None or (member.stay, member.replica) != (change.stay, replica):
            return
        if change.pieces_left:
            pieces = self._pieces.setdefault(member, [])
            pieces += change.placed
            if change.pieces_left == 1:
                del self._pieces[member]
                await self._residency.arrive(member.host, pieces)
                member.changes = change.number
        elif 0 <= member.changes == change.number - 1:
            self.doubled += sum(agent in self._flights for agent in change.placed)
            member.changes = change.number
            await self._residency.release(change.host, change.released)
            await self._residency.place(change.host, change.placed)
        elif change.number > member.changes:
            self._ask(member)

    def _ask(self, member: Member) -> None:
        now = time.monotonic()
        if now - self._asked.get(member, float("-inf")) > AGAIN_SECONDS:
            self._asked[member] = now
            self.pictures += 1
            self._write(ReplicaNote(unknown_host=member.host.id))

    async def _give(self, member: Member | None) -> None:
        """The whole picture of a host that is tied to this replica; several who ask get one."""
        now = time.monotonic()
        if member is None or member.replica or now - self._given.get(member, float("-inf")) < AGAIN_SECONDS / 2:
            return
        self._given[member], host = now, member.host.id
        agents = await self._directory.agents_on(host)
        starts = range(0, max(len(agents), 1), LARGEST_NOTE)
        for left, start in zip(range(len(starts), 0, -1), starts, strict=True):
            change = ResidentChange(host=host, stay=member.stay, number=member.changes, pieces_left=left)
            change.placed.extend(agents[start : start + LARGEST_NOTE])
            self._write(ReplicaNote(change=change))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _heed(self, slumber: Slumber) -> None:
        async with self._flights.closed(slumber.names):
            minds = [name for name in slumber.names if name == names.parent(name)]
            held = [agent for mind in minds for agent in await self._directory.agents_of(mind)]
        self._write(ReplicaNote(heeded=Slumber(slumber=slumber.slumber, names=held)))

    async def _forget(self, replica: str) -> None:
        del self._heard[replica]
        self._figures.pop(replica, None)
        self._leaving.discard(replica)
        self._free(replica)
        log.info("replica.gone", replica=replica)

    def _free(self, replica: str) -> None:
        """Nobody waits for a replica that is gone."""
        for ours in self._slumbers.values():
            ours.drop(replica)
