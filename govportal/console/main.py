"""A command line and a portal become output and an exit status. Knows no Django."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module

from govportal.client import Connection, Portal, PortalError, Unreachable
from govportal.client.portal import URL, connect
from govportal.console import metadata, verbs
from govportal.console.arguments import harvesting, parser
from govportal.console.output import plain

VERBS = {
    "search": verbs.search,
    "get": verbs.get,
    "change": verbs.change,
    "propose": verbs.propose,
    "export": metadata.export,
    "import": metadata.hand_in,
}
DONE, REFUSED, NO_ANSWER, INTERRUPTED = 0, 1, 3, 130
LOCAL = "govportal.console.local"  # imported when Django is set up, and only on the portal's own machine


def elsewhere() -> bool:
    """Whether the environment names a portal to be asked over HTTP."""
    return bool(os.environ.get(URL))


def run(line: Sequence[str]) -> int:
    """Do one of VERBS where the environment says; return the exit status."""
    options = parser().parse_args(line)
    if elsewhere():
        if options.username:
            print("--as is for the portal of this machine; the token says who you are.", file=sys.stderr)
            return REFUSED
        return ended(VERBS[options.verb], options, lambda: connect("", ""))
    return ended(VERBS[options.verb], options, lambda: import_module(LOCAL).connection(options.username))


def run_harvest(line: Sequence[str]) -> int:
    """Have a source of a portal elsewhere harvested."""
    return ended(verbs.harvest, harvesting().parse_args(line), lambda: connect("", ""))


def ended(
    verb: Callable[[Portal, Namespace, verbs.Say], None], options: Namespace, where: Callable[[], Connection]
) -> int:
    try:
        verb(Portal(connection=where()), options, print)
    except PortalError as error:
        print(plain(str(error)), file=sys.stderr)
        return NO_ANSWER if isinstance(error, Unreachable) else REFUSED
    except BrokenPipeError:  # who read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE
