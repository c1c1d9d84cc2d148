"""Update: what of a mind is changed, and what it may be."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from connectome.ports import MindStore
from mesh.errors import InvalidField
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2 import UpdateMindRequest

FIELDS = frozenset(("display_name", "allowed_models"))
LONGEST_DISPLAY_NAME = 200
MOST_MODELS = 16
_MODEL = re.compile("myriad-[a-z]{1,32}")
"""The orchestrator alone knows which there are."""


def update(minds: MindStore, name: str, request: UpdateMindRequest) -> Mind:
    """Change what the mask names of a mind. InvalidField, MindNotFound."""
    changed = changing(request)
    display_name = checked_display_name(request.mind.display_name) if "display_name" in changed else None
    models = _checked_models(request.mind.allowed_models) if "allowed_models" in changed else None
    return minds.update_mind(name, display_name, models, create=request.allow_missing)


def checked_display_name(display_name: str) -> str:
    """InvalidField."""
    if len(display_name) > LONGEST_DISPLAY_NAME:
        raise InvalidField("mind.display_name", f"has {LONGEST_DISPLAY_NAME} characters at most")
    return display_name


def changing(request: UpdateMindRequest) -> Collection[str]:
    """Which fields a request changes. InvalidField."""
    masked = frozenset(request.update_mask.paths)
    if masked == {"*"}:
        return FIELDS
    if masked - FIELDS:
        raise InvalidField("update_mask", "names display_name, allowed_models or *")
    return masked or {field for field in FIELDS if getattr(request.mind, field)}


def _checked_models(models: Sequence[str]) -> Sequence[str]:
    if len(models) > MOST_MODELS or not all(map(_MODEL.fullmatch, models)):
        raise InvalidField("mind.allowed_models", f"has ids of models, such as myriad-base, {MOST_MODELS} at most")
    return sorted(set(models))
