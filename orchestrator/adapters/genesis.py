"""Documents, over gRPC to genesis, for the key that asked."""

from __future__ import annotations

import grpc

from mesh import call
from mesh.call import calling, outgoing
from myriad.genesis.v1.document_pb2 import Document, DocumentInput, DocumentResult, ForgetReceipt
from myriad.genesis.v1.document_service_pb2 import (
    ForgetDocumentRequest,
    GetDocumentRequest,
    LearnDocumentsRequest,
    ListDocumentsRequest,
    ListDocumentsResponse,
)
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub

READ_SECONDS = 5.0
LEARN_SECONDS = 60.0
FORGET_SECONDS = 30.0


class GrpcDocuments:
    """See `orchestrator.ports.Documents`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    async def page(self, mind: str, size: int, token: str) -> ListDocumentsResponse:
        request = ListDocumentsRequest(parent=mind, page_size=size, page_token=token)
        with calling():
            return await self._stub.ListDocuments(request, **outgoing(READ_SECONDS, call.caller.get().headers()))

    async def read(self, name: str) -> Document:
        with calling():
            options = outgoing(READ_SECONDS, call.caller.get().headers())
            return (await self._stub.GetDocument(GetDocumentRequest(name=name), **options)).document

    async def learn(self, mind: str, document: DocumentInput) -> list[DocumentResult]:
        request = LearnDocumentsRequest(parent=mind, documents=[document])
        with calling():
            options = outgoing(LEARN_SECONDS, call.caller.get().headers())
            return list((await self._stub.LearnDocuments(request, **options)).results)

    async def forget(self, name: str) -> ForgetReceipt:
        with calling():
            options = outgoing(FORGET_SECONDS, call.caller.get().headers())
            return (await self._stub.ForgetDocument(ForgetDocumentRequest(name=name), **options)).receipt
