"""What the DLM counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlm.copies import Copies
from dlm.hydrate import Hydrator
from dlm.inject import Injector
from dlm.others import Others
from dlm.packets import PacketLoader
from dlm.pins import Pins
from dlm.speculation import Speculation
from dlm.states import States
from dlm.watch import Watchers
from mesh.metrics import Metric, counter, gauge, histogram
from mesh.spread import Spread
from myriad.dlm.v1.fleet_service_pb2 import EdgeState


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    states: States
    hydrator: Hydrator
    injector: Injector
    copies: Copies
    pins: Pins
    speculation: Speculation
    loader: PacketLoader
    watchers: Watchers
    others: Others
    edge: Callable[[], EdgeState]
    pushes: Spread

    def metrics(self) -> Iterator[Metric]:
        counts, edge = self.hydrator.counts, self.edge()
        yield gauge("myriad_hosts", "Agent hosts: idle, active or draining.", self.states.counts(), "state")
        yield counter(
            "myriad_hosts_activations", "How often a host that was idle came to be used.", self.states.activations
        )
        yield counter(
            "myriad_hosts_unreached", "Of these, when an Envoy took too long to hear of it.", self.states.unreached
        )
        hydrated = {
            "resident": counts.resident,
            "cache": counts.cache_hits,
            "store": counts.fetched,
            "failed": counts.failed,
        }
        yield counter("myriad_hydrations", "Agents wanted awake, by where they were.", hydrated, "result")
        turns, injector = self.hydrator.turns, self.injector
        yield histogram(
            "myriad_loads_seconds",
            "How long loads of agents took, some agents each, from their turn on.",
            self.hydrator.times,
        )
        yield gauge("myriad_loads_waiting", "Loads of agents that wait for their turn.", turns.waiting)
        yield counter("myriad_loads_waited_seconds", "How long loads waited for their turn.", turns.waited_seconds)
        yield counter("myriad_loads_shed", "Loads that waited too long, or found the queue full.", turns.shed)
        yield counter("myriad_loads_spared", "Packets not tried: hosts had refused them lately.", injector.spared)
        yield counter(
            "myriad_copies", "Agents brought to another host besides the one that holds them.", self.copies.made
        )
        yield counter(
            "myriad_speculations", "Agents brought in before anybody asked for them.", self.speculation.brought
        )
        yield gauge("myriad_pinned_agents", "Agents that shall always be awake.", len(self.hydrator.pinned))
        yield gauge("myriad_pinned_asleep", "Of these, those that could not be woken.", self.pins.asleep)
        yield counter("myriad_packets_lost", "Agents whose packets were missing or damaged.", counts.lost)
        yield counter("myriad_store_reads", "Range reads from the packet store.", self.loader.store_reads)
        yield gauge("myriad_watchers", "Who follows where agents are.", len(self.watchers))
        yield counter("myriad_watchers_dropped", "Watchers that were too slow.", self.watchers.dropped)
        yield gauge("myriad_replicas", "Other replicas of the DLM.", len(self.others))
        yield gauge("myriad_replicas_leads", "Whether this one does what is done once.", int(self.others.leads()))
        yield counter("myriad_replicas_pictures", "Hosts of others asked for anew.", self.others.pictures)
        yield counter("myriad_loads_doubled", "Agents that two replicas brought in at once.", self.others.doubled)
        yield gauge("myriad_envoys", "Envoys that are connected.", edge.connected_count)
        updates = {"accepted": edge.accepted_count, "rejected": edge.rejected_count}
        yield counter("myriad_xds_updates", "What Envoys took, and what they refused.", updates, "result")
        yield histogram("myriad_xds_push_seconds", "How long until all Envoys had changed endpoints.", self.pushes)
