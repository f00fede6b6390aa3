"""What may be written after `govportal`. Knows no Django."""

from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    BooleanOptionalAction,
    RawDescriptionHelpFormatter,
    _SubParsersAction,
)
from pathlib import Path

from govportal.console.output import FORMATS

DESCRIPTION = """\
The catalog at the terminal. With GOVPORTAL_URL and GOVPORTAL_TOKEN set, a portal is asked over HTTP in the
name of the person whose token it is. Without them the portal of this machine is asked, in the name of --as,
or of its administrator where there is one only. Both see what that person may see, and nothing else.

exit status: 0 done · 1 refused, or failed · 2 not understood · 3 no answer · 130 interrupted"""


def parser() -> ArgumentParser:
    """The verbs that are the same here and over HTTP."""
    whole = ArgumentParser("govportal", description=DESCRIPTION, formatter_class=RawDescriptionHelpFormatter)
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    search = _reading(verbs.add_parser("search", help="find assets by words and facets"))
    search.add_argument("words", nargs="*", help='what to look for; "quoted words" stand together')
    search.add_argument(
        "--where", type=_pair, action="append", default=[], metavar="FACET=VALUE", help="kind=table; repeat"
    )
    search.add_argument("--sort", choices=["relevance", "name", "updated"], default="relevance")
    search.add_argument("--limit", type=_number, default=25, help="how many; 25 unless told")
    get = _reading(verbs.add_parser("get", help="one asset with its fields; CSV holds the fields"))
    get.add_argument("asset", help="its name, or its code")
    change = _saying(verbs.add_parser("change", help="change an asset"))
    change.add_argument("--version", type=int, help="only where this is its present version")
    propose = _saying(
        verbs.add_parser("propose", help="propose a change of an asset to who decides about it")
    )
    propose.add_argument("--reason", required=True, help="who decides reads it")
    _exchanging(verbs)
    return whole


def _exchanging(verbs: "_SubParsersAction[ArgumentParser]") -> None:
    out = _named(verbs.add_parser("export", help="all that people said, as a file"))
    out.add_argument("--kind", help="one kind, as CSV: domains, terms, assets …")
    out.add_argument("--output", type=Path, metavar="FILE", help="where to; the terminal unless told")
    into = _named(verbs.add_parser("import", help="show what such a file would do, or do it"))
    into.add_argument("file", type=Path)
    into.add_argument("--kind", help="what a CSV holds; without it the file is the JSON document")
    into.add_argument("--yes", action="store_true", help="carry it out")
    into.add_argument("--propose", metavar="REASON", help="propose what you may not change, and say why")


def harvesting() -> ArgumentParser:
    """`harvest` over HTTP; on this machine manage.py's own command does it."""
    made = ArgumentParser("govportal harvest", description="Have a source harvested, and say what changed.")
    made.add_argument("source", help="its name, or its code")
    made.add_argument("--thorough", action="store_true", help="list all, whatever the probe says")
    made.add_argument("--accept-removals", action="store_true", help="let the fail-safe pass")
    made.add_argument("--wait", action=BooleanOptionalAction, default=True, help="until it ends")
    return made


def _reading(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("--format", choices=FORMATS, default="table")
    return _named(verb)


def _saying(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("asset", help="its name, or its code")
    verb.add_argument(
        "--set", type=_pair, action="append", default=[], metavar="NAME=VALUE", help="description=…; repeat"
    )
    verb.add_argument("--clear", action="append", default=[], metavar="NAME", help="leave it empty; repeat")
    return _reading(verb)


def _named(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("--as", dest="username", default="", help="in whose name, on this machine")
    return verb


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise ArgumentTypeError(f"“{text}” is not NAME=VALUE")
    return name, value


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is not a number above 0")
    return int(text)
