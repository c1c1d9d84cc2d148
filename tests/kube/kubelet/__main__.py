"""A kubelet whose containers are processes: `python -m tests.kube.kubelet KUBECONFIG NODE NETWORK FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.kube.kubelet.api import Api
from tests.kube.kubelet.node import Node


async def main(kubeconfig: str, name: str, network: str, folder: str) -> None:
    await Node(Api(Path(kubeconfig)), name, network, Path(folder)).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
