"""The tiers, as OpenAI lists models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from myriad.orchestrator.v1.model_service_pb2 import GetModelRequest, ListModelsRequest
from orchestrator.http.boundary import NO_CONTEXT
from orchestrator.service import ModelServicer


def routes(models: ModelServicer) -> Sequence[BaseRoute]:
    async def several(_request: Request) -> JSONResponse:
        return JSONResponse(_json(await models.ListModels(ListModelsRequest(), NO_CONTEXT)))

    async def one(request: Request) -> JSONResponse:
        return JSONResponse(
            _json(await models.GetModel(GetModelRequest(model=request.path_params["model"]), NO_CONTEXT))
        )

    return [Route("/v1/models", several), Route("/v1/models/{model}", one)]


def _json(message: Message) -> Any:
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
