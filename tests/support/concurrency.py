"""Runs functions at the same time."""

import threading

from django.db import connections


def together(*works):
    """Run all functions at once in threads, and return what each returned or raised."""
    results: list = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(index, work):
        try:
            start.wait()
            results[index] = work()
        except Exception as error:  # noqa: BLE001  (returned to the test)
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
