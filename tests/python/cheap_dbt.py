"""Keep dbt from work that no test looks at, and that takes a third of the time of a run.

dbt makes hundreds of debug events that nobody reads here. For each query that returns rows it
sets up its parsers of dates again. For each command it looks for plugins among all packages, and
for a cycle in the graph. To find a relation it compares all of them, part by part. For each model
it compiles the template again, and lists all macros one by one. Python looks for garbage after
each few hundred objects.
"""

from __future__ import annotations

import gc
from functools import cache
from types import CodeType
from typing import Any

from dbt.adapters.base import BaseAdapter, BaseRelation
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import Linker
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import FlatNamespace, MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt.plugins.manager import PluginManager
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.events.base_types import BaseEvent, DebugLevel
from dbt_common.events.event_manager import EventManager

READ = {"NodeFinished", "CommandCompleted"}  # killed_run adds the statements


def make_cheap() -> None:
    """From now on in this process, dbt leaves that work out."""
    gc.set_threshold(50_000, 20, 20)
    keep_quiet()
    compile_once()
    name_macros_at_once()
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


def compile_once() -> None:
    """dbt's environments of one class have the same options: they make the same code."""
    compile_template = MacroFuzzEnvironment.compile
    codes: dict[tuple[type, str], CodeType] = {}

    def look_up(environment: MacroFuzzEnvironment, source: str) -> CodeType:
        key = (type(environment), source)
        if key not in codes:
            codes[key] = compile_template(environment, source)
        return codes[key]

    MacroFuzzEnvironment.compile = look_up


def name_macros_at_once() -> None:
    """A context gets what dbt's own functions give it, without their checks of each name."""

    def macro_in(builder: MacroNamespaceBuilder, macro: Macro, context: dict) -> MacroGenerator:
        generator = MacroGenerator.__new__(MacroGenerator)
        generator.context, generator.macro = context, macro
        generator.node, generator.stack = builder.node, builder.thread_ctx
        return generator

    def build_namespace(
        builder: MacroNamespaceBuilder, by_package: dict[str, dict[str, Macro]], context: dict
    ) -> MacroNamespace:
        packages: dict[str, FlatNamespace] = {
            package: {macro.name: macro_in(builder, macro, context) for macro in macros.values()}
            for package, macros in by_package.items()
        }
        of_dbt: FlatNamespace = {}
        for package in reversed(builder.internal_package_names_order):
            of_dbt |= packages.pop(package, {})
        own = packages.get(builder.search_package, {})
        return MacroNamespace(packages.get(builder.root_package, {}), own, of_dbt, packages)

    in_full = ManifestContext.to_dict

    def to_dict(context: ManifestContext) -> dict[str, Any]:
        names = context.namespace
        if not isinstance(names, MacroNamespace):
            return in_full(context)
        found = ConfiguredContext.to_dict(context)
        of_dbt = names.global_project_namespace
        for namespace in (
            of_dbt, {"dbt": of_dbt}, names.packages, names.global_namespace, names.local_namespace,
        ):  # fmt: skip
            found.update(namespace)
        return found

    MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict = build_namespace, to_dict


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
