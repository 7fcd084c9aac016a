"""Every page of every role: it answers, is quiet, fits, and stands open to everybody."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import NARROW, PASSWORDS, WIDE
from tests.browser.test_forms import speaking
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
LISTS = re.compile(r"(?:^|&)(?:first|page|show|sort|state|view|zone)=[^&]*")
"""Which part of a list is shown, and in which order: a list is one kind of page."""
A_FILE = re.compile(r"\.(pdf|csv|json|geojson)$")


def shape(address: str) -> str:
    """Give an address without its numbers, days and letters: one page of each kind is looked at."""
    parts = urlsplit(address)
    path = re.sub(r"/\d{4}-\d\d-\d\d", "/DAY", parts.path)
    path = re.sub(r"(?<=/DAY)/(orders|batches)/.+", r"/\1/CODE", path)
    path = re.sub(r"/\d+", "/N", path)
    path = re.sub(r"^/(cookbook|foods)/.+", r"/\1/DISH", path)
    path = re.sub(r"^/lots/[^/]+", "/lots/CODE", path)
    path = re.sub(r"(?<=/DAY)/[A-Z]$", "/VAN", path)
    path = re.sub(r"(?<=^/admin/suppliers)/[^/]+", "/CODE", path)
    path = re.sub(r"(?<=/CODE/goods)/.+", "/FOOD", path)
    return path + ("?" if LISTS.sub("", parts.query) else "")


def walk(visited: Watched) -> tuple[list[str], list[str]]:
    """Look at one page of each kind that links lead to; gives their addresses and what is wrong."""
    waiting, seen, wrong = ["/"], {}, []
    while waiting:
        address = waiting.pop(0)
        if shape(address) in seen or A_FILE.search(urlsplit(address).path):
            continue
        seen[shape(address)] = address
        visited.go(address)
        here = visited.page.url.removeprefix(visited.house)
        waiting += visited.links()
        if here == address or shape(here) not in seen:
            seen[shape(here)] = here
            wrong += [f"{here} {one}" for one in look(visited, shape(here))]
    return list(seen.values()), wrong


LOOKED_AT: set[str] = set()
READ: set[tuple[str, str]] = set()
"""Kinds of pages that axe has seen, and by language: roles that share a page need it seen once."""


def look(visited: Watched, kind: str) -> Iterator[str]:
    """Give what is wrong with the page as it stands, in a wide and in a narrow window."""
    for size in (WIDE, NARROW):
        visited.page.set_viewport_size(size)
        if visited.sideways() > 0:
            yield f"at {size['width']}: {visited.sideways()} px too wide"
        if kind not in LOOKED_AT:
            # At full height nothing lies under a bar that stays at the bottom of the window.
            visited.page.set_viewport_size({"width": size["width"], "height": visited.tall()})
            yield from (f"at {size['width']}: {one}" for one in visited.hurdles(whole=size is WIDE))
    LOOKED_AT.add(kind)
    yield from visited.forget()


@pytest.mark.parametrize("role", PASSWORDS)
def test_every_page_of_a_role(visitor: Visitor, role: str) -> None:
    visited = visitor(role)
    addresses, wrong = walk(visited)
    assert wrong == []
    assert len(addresses) >= 4
    # The walk was in Dutch; every sentence there is in each language, so a page is read in one.
    for turn, language in enumerate(("fr", "en")):
        with speaking(visited, language) as page:
            for address in addresses[turn::2]:
                if (language, shape(address)) in READ:
                    continue
                READ.add((language, shape(address)))
                answer = page.request.get(visited.house + address)
                assert answer.status == 200, address
                assert f'<html lang="{language}"' in answer.text(), address
