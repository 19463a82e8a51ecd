"""Requests to a kernel that overtake each other."""

import asyncio
import logging

from jupyter_client.manager import AsyncKernelManager

from phoenix_lab.server.kernels import KernelLink


def test_no_reply_is_missed():
    """A request that goes out while a reply comes in must not hide the reply: jupyter_client's own `send` did, a few times in a hundred."""

    async def ask(link, k):
        await asyncio.sleep(0.0007 * (k % 13))
        return await link.call({"do": "list"})

    async def talk():
        manager = AsyncKernelManager()
        await manager.start_kernel()
        link = KernelLink("kernel", manager, "0.1.0", logging.getLogger(__name__))
        try:
            await link.state()
            return await asyncio.wait_for(asyncio.gather(*(ask(link, k) for k in range(400))), 60)
        finally:
            link.close()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(talk()) == [{"frames": [], "changes": {}}] * 400
