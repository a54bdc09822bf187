"""XML as a tree that knows its lines. No document type, no entities, no depth without end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax import SAXParseException, handler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from courses.questions.faults import at

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

MAX_DEPTH = 20
MAX_NODES = 400_000


@dataclass(slots=True)
class Node:
    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Node]:
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> Node | None:
        return next((child for child in self.children if child.tag == tag), None)

    def said(self, tag: str, otherwise: str = "") -> str:
        """What a child says, in itself or in its <text>."""
        child = self.first(tag)
        if child is None:
            return otherwise
        inner = child.first("text")
        return (inner or child).text.strip() or otherwise


def read(source: str) -> Node:
    """The root. Raises BadQuestion with the line."""
    building = _Building()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(building)
    building.setDocumentLocator(parser)
    try:
        parser.feed(source.encode("utf-8", "replace").decode())  # half a character is none
        parser.close()
    except SAXParseException as error:
        raise at(error.getLineNumber() or 1, "xml.broken") from error
    except DefusedXmlException as error:
        raise at(1, "xml.entities") from error
    return building.root


class _Building(handler.ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Node] = []
        self.parts: list[list[str]] = []
        self.count = 0
        self.root = Node("", 1)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        line = self._locator.getLineNumber() or 1  # type: ignore[attr-defined]
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_NODES:
            raise at(line, "xml.deep")
        node = Node(name.lower(), line, {key.lower(): attrs.getValue(key) for key in attrs.getNames()})
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        self.parts.append([])

    def endElement(self, name: str) -> None:
        self.open.pop().text = "".join(self.parts.pop())

    def characters(self, content: str) -> None:
        self.parts[-1].append(content)
