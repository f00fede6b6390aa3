"""Ears: a thread for each database that tells of its changes, kept by whoever runs `Listeners`."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections

from catalog.connectors.errors import ConnectorError
from catalog.ddl.models import DdlFeed
from catalog.ddl.services import feed_of, follow_soon
from catalog.sources.models import Source

logger = logging.getLogger(__name__)
LOOK_FOR_FEEDS_EVERY = 5.0  # seconds
SOON = 0.2  # seconds until a worker is asked again, when one was busy with what came before
WAIT = 1.0  # seconds, so that a listener that is told to stop soon does
AGAIN_AFTER = 15.0  # seconds, when a line is dead


class Listener(threading.Thread):
    """Waits on one database, and has a worker follow when it rings."""

    def __init__(self, feed: DdlFeed) -> None:
        super().__init__(name=f"ddl-{feed.pk}", daemon=True)
        self.feed = feed
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self._listen()
            except ConnectorError as error:
                logger.warning("%s cannot be listened to: %s", self.feed, error.message)
            except Exception:  # the edge: whatever happens, the next try may go better
                logger.exception("Listening to %s failed", self.feed)
            finally:
                close_old_connections()
            self.stopped.wait(AGAIN_AFTER)

    def _listen(self) -> None:
        source = Source.objects.get(pk=self.feed.source_id)  # as it is now: its password may be a new one
        with feed_of(source).ddl_listening(self.feed.database) as line:
            rang = True  # for what came while nobody listened
            while not self.stopped.is_set():
                rang = rang and not follow_soon(source=source)
                close_old_connections()
                rang = line.heard(SOON if rang else WAIT) or rang


class Listeners(threading.Thread):
    """Keeps one listener for each feed there is, as feeds come and go."""

    def __init__(self) -> None:
        super().__init__(name="ddl-listeners", daemon=True)
        self.stopped = threading.Event()
        self.listeners: dict[int, Listener] = {}

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.look()
            except Exception:  # the edge: our own database may be away for a moment
                logger.exception("The feeds could not be looked up")
            finally:
                close_old_connections()
            self.stopped.wait(LOOK_FOR_FEEDS_EVERY)
        for listener in self.listeners.values():
            listener.stopped.set()

    def look(self) -> None:
        """Start and stop listeners until there is one for each feed."""
        feeds = {feed.pk: feed for feed in DdlFeed.objects.select_related("source")}
        for pk in self.listeners.keys() - feeds.keys():
            self.listeners.pop(pk).stopped.set()
        for pk in feeds.keys() - self.listeners.keys():
            self.listeners[pk] = Listener(feeds[pk])
            self.listeners[pk].start()

    def stop(self) -> None:
        """End soon; waits for nobody, for the threads are daemons."""
        self.stopped.set()
