"""Every address the application answers at, read from its routes, so that a new one is held to the rules of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

LIST = "cannes-palme-dor"


@dataclass(frozen=True)
class Address:
    path: str
    methods: frozenset[str]
    route: Any

    def at(self, **values: object) -> str:
        """The address with its places filled, those left out with something that fits."""
        return self.path.format(
            **{
                "session_id": "0" * 32,
                "token": "0" * 22,
                "other": "0" * 22,
                "year": 2024,
                "person": 1,
                "n": 0,
                "name": LIST,
                **values,
            }
        )


def addresses(web: FastAPI, method: str | None = None) -> list[Address]:
    """All of them, or those that take a method."""
    found = [
        Address(context.path or "", frozenset(context.methods or ()), context)
        for context in iter_route_contexts(web.routes)
        if isinstance(context.original_route, APIRoute) or context.path == "/api/openapi.json"
    ]
    return [address for address in found if method is None or method in address.methods]
