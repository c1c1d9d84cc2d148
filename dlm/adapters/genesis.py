"""Genesis over gRPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import grpc

from dlm.operator.curriculum import OURS, TAG
from dlm.operator.ports import Known
from mesh import names, pages
from mesh.access import MindNotFound
from mesh.call import calling, outgoing
from mesh.errors import CallFailed
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.genesis.v1.document_service_pb2 import ForgetDocumentRequest, LearnDocumentsRequest, ListDocumentsRequest
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub
from myriad.type.v1.error_reason_pb2 import ErrorReason

READ_SECONDS = 5.0
WRITE_SECONDS = 40.0


class GrpcTeacher:
    """See `dlm.operator.ports.Teacher`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    async def known(self, mind: str) -> Mapping[str, Known]:
        found = dict[str, Known]()
        first = names.document(mind, OURS.rstrip("."))
        request = ListDocumentsRequest(parent=mind, page_size=pages.LARGEST_SIZE, page_token=pages.token(first))
        while True:
            try:
                with calling("genesis"):
                    page = await self._stub.ListDocuments(request, **outgoing(READ_SECONDS))
            except CallFailed as error:
                if error.reason != MindNotFound.reason:
                    raise
                return found
            for document in page.documents:
                bare = names.leaf(document.name)
                if not bare.startswith(OURS):
                    if bare > OURS:
                        return found
                elif TAG in document.metadata:
                    found[bare] = Known(document.metadata[TAG], document.agent_count)
            if not page.next_page_token:
                return found
            request.page_token = page.next_page_token

    async def learn(self, mind: str, documents: Sequence[DocumentInput]) -> Sequence[DocumentResult]:
        request = LearnDocumentsRequest(parent=mind, documents=documents)
        with calling("genesis"):
            return (await self._stub.LearnDocuments(request, **outgoing(WRITE_SECONDS))).results

    async def forget(self, mind: str, document: str) -> None:
        try:
            with calling("genesis"):
                await self._stub.ForgetDocument(
                    ForgetDocumentRequest(name=names.document(mind, document)), **outgoing(WRITE_SECONDS)
                )
        except CallFailed as error:
            if error.reason != ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND:
                raise
