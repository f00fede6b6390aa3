"""The worker's ears: it hears at once when a governed database tells that its schema changed."""

from typing import Any

from celery import bootsteps


class Ears(bootsteps.StartStopStep):
    """Listens while the worker consumes."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        from catalog.ddl.listening import Listeners  # noqa: PLC0415  # once the apps are ready

        self.listeners = Listeners()
        self.listeners.start()

    def stop(self, consumer: Any) -> None:
        self.listeners.stop()
