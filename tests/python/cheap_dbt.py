"""Keep dbt from work that no test looks at, and that takes a fifth of the time of a run.

dbt makes hundreds of debug events that nobody reads here. For each query that returns rows it
sets up its parsers of dates again. For each command it looks for plugins among all packages, and
for a cycle in the graph. To find a relation it compares all of them, part by part.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dbt.adapters.base import BaseAdapter, BaseRelation
from dbt.compilation import Linker
from dbt.plugins.manager import PluginManager
from dbt_common.clients import agate_helper
from dbt_common.events.base_types import BaseEvent, DebugLevel
from dbt_common.events.event_manager import EventManager

READ = {"NodeFinished", "SQLQuery", "CommandCompleted"}


def make_cheap() -> None:
    """From now on in this process, dbt leaves that work out."""
    keep_quiet()
    make_testers = cache(agate_helper.build_type_tester)
    agate_helper.build_type_tester = lambda text_columns, string_null_values=("null", ""): (
        make_testers(frozenset(text_columns), string_null_values)
    )
    PluginManager.get_prefixed_modules = cache(PluginManager.get_prefixed_modules)
    Linker.find_cycles = lambda linker: None  # dbt's commands in `make check` look for one
    Linker.get_graph_summary = lambda linker, manifest: {}
    find_among = BaseAdapter._make_match

    def find_among_few(
        adapter: BaseAdapter, relations: list[BaseRelation], database: str, schema: str, name: str
    ) -> list[BaseRelation]:
        few = [relation for relation in relations if relation.identifier.lower() == name.lower()]
        return find_among(adapter, few, database, schema, name)

    BaseAdapter._make_match = find_among_few


def keep_quiet() -> None:
    """Debug events are empty, and nobody hears of them."""
    fill, fire = BaseEvent.__init__, EventManager.fire_event

    def fill_if_read(event: BaseEvent, *arguments: Any, **data: Any) -> None:
        if is_read(event):
            fill(event, *arguments, **data)

    def fire_if_read(manager: EventManager, e: BaseEvent, *arguments: Any, **options: Any) -> None:
        if is_read(e):
            fire(manager, e, *arguments, **options)

    BaseEvent.__init__, EventManager.fire_event = fill_if_read, fire_if_read


def is_read(event: BaseEvent) -> bool:
    return not isinstance(event, DebugLevel) or type(event).__name__ in READ
