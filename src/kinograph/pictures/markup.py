"""The HTML of our own cards as a tree, so that a picture shows what a page shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from kinograph.pictures.legible import spell

VOID = frozenset({"br", "hr", "img", "input"})
UNSEEN = frozenset({"visually-hidden", "skip", "skip-card"})


@dataclass(slots=True)
class Node:
    """An element. The names of its attributes are in lower case."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def walk(self) -> Iterator[Node]:
        """Every element below, in order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def find_all(self, *names: str) -> list[Node]:
        """Those of any of these classes, or of a tag where a name is written <tag>."""
        return [node for node in self.walk() if any(name in node.classes or name == f"<{node.tag}>" for name in names)]

    def find(self, *names: str) -> Node | None:
        return next(iter(self.find_all(*names)), None)

    @property
    def text(self) -> str:
        """The words that are seen, as pictures spell them, with single spaces; drawings have none."""
        return spell(" ".join("".join(self._words()).split()))

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag != "svg" and not UNSEEN.intersection(child.classes):
                yield from child._words()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read_markup(html: str) -> Node:
    """What templates of ours have made."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
