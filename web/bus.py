"""The bus between several server processes: Redis publish/subscribe. One process needs none."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import redis
import structlog

from ptsp.orders import Change, Notice

CHANNEL = "ptsp:change"
RETRY_S = 1.0
log = structlog.get_logger()


class RedisBus:
    """Sends changes to the other processes and hears theirs. When Redis is away, the pulse keeps the screens right."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._listener: Any = redis.Redis.from_url(url, socket_connect_timeout=2, health_check_interval=10)
        self._me = secrets.token_hex(8)

    def send(self, change: Change) -> None:
        """Publishes; failing is logged, never raised."""
        try:
            self._redis.publish(CHANNEL, json.dumps({"from": self._me, "change": asdict(change)}))
        except redis.RedisError as error:
            log.warning("bus_send_failed", error=repr(error))

    def listen(self, deliver: Callable[[Change], None]) -> None:
        """Delivers the others' changes from a thread of its own, reconnecting for ever."""
        threading.Thread(target=self._hear, args=(deliver,), name="bus", daemon=True).start()

    def _hear(self, deliver: Callable[[Change], None]) -> None:
        while True:
            try:
                subscription = self._listener.pubsub(ignore_subscribe_messages=True)
                subscription.subscribe(CHANNEL)
                for message in subscription.listen():
                    self._deliver(message["data"], deliver)
            except redis.RedisError as error:
                log.warning("bus_listen_failed", error=repr(error))
                time.sleep(RETRY_S)

    def _deliver(self, data: bytes, deliver: Callable[[Change], None]) -> None:
        told = json.loads(data)
        if told["from"] == self._me:
            return
        change = told["change"]
        deliver(Change(change["office_id"], change["seq"], tuple(Notice(**one) for one in change["notices"])))
