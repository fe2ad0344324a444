"""Keep dbt from work that no test looks at, and that takes a third of the time of a run.

dbt makes hundreds of debug events that nobody reads here. For each query that returns rows it
sets up its parsers of dates again. For each command it looks for plugins among all packages, and
for a cycle in the graph. To find a relation it compares all of them, part by part. For each model
it compiles the template again, and lists all macros one by one. Python looks for garbage after
each few hundred objects.
"""

from __future__ import annotations

import gc
import re
from collections import ChainMap
from collections.abc import Callable
from functools import cache
from threading import Lock
from types import CodeType
from typing import Any

from dbt import compilation
from dbt.adapters.base import BaseAdapter, BaseRelation
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import Linker
from dbt.context.base import BaseContext
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import InjectedCTE, Macro, ModelNode, ParsedNode
from dbt.contracts.results import RunResult, RunStatus
from dbt.plugins.manager import PluginManager
from dbt.task.run import ModelRunner
from dbt_common.behavior_flags import BehaviorFlagRendered
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import (
    MacroFuzzEnvironment,
    MacroFuzzTemplate,
    NativeSandboxTemplate,
)
from dbt_common.events.base_types import BaseEvent, DebugLevel
from dbt_common.events.event_manager import EventManager
from jinja2.sandbox import SandboxedEnvironment

NOT_READ = {"LogStartLine", "LogModelResult"}  # one for each model
READ = {"NodeFinished", "CommandCompleted"}  # a command to be killed adds the statements


def make_cheap() -> None:
    """From now on in this process, dbt leaves that work out."""
    gc.set_threshold(50_000, 20, 20)
    keep_quiet()
    compile_once()
    make_macros_when_called()
    compilation.inject_ctes_into_sql = put_first
    leave_views_that_are_the_same()
    make_testers = cache(agate_helper.build_type_tester)
    agate_helper.build_type_tester = lambda text_columns, string_null_values=("null", ""): (
        make_testers(frozenset(text_columns), string_null_values)
    )
    PluginManager.get_prefixed_modules = cache(PluginManager.get_prefixed_modules)
    agate_helper.empty_table = cache(agate_helper.empty_table)
    BehaviorFlagRendered._default_source = staticmethod(lambda: "dbt")  # it looks at each caller
    SandboxedEnvironment.is_safe_attribute = lambda *_: True
    SandboxedEnvironment.is_safe_callable = lambda *_: True
    SandboxedEnvironment.wrap_str_format = lambda *_: None
    ParsedNode.write_node = lambda *_: None
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


def put_first(sql: str, ctes: list[InjectedCTE]) -> str:
    """The SQL with these CTEs before its own. dbt parses all of it to find where that is."""
    if not ctes:
        return sql
    first, named = re.fullmatch(r"((?:\s|--[^\n]*\n)*)(with\s)?.*", sql, re.DOTALL).groups()
    rest = sql[len(first) + len(named or "") :]
    return f"{first}with {', '.join(cte.sql for cte in ctes)}{', ' if named else ' '}{rest}"


class Macros(dict[str, MacroGenerator]):
    """Macros by their names, each made when it is asked for."""

    def __init__(self, macros: dict[str, Macro], make: Callable[[Macro], MacroGenerator]) -> None:
        self.macros, self.make = macros, make

    def __contains__(self, name: object) -> bool:
        return name in self.macros

    def __missing__(self, name: str) -> MacroGenerator:
        generator = self[name] = self.make(self.macros[name])
        return generator

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self.macros else default


class Names(dict[str, Any]):
    """A context: what it has, and the macros behind it."""

    behind: tuple[Macros, ...] = ()

    def put_behind(self, *macros: Macros) -> None:
        """They go before what has the same name."""
        self.behind = macros
        for name in [name for name in self if any(name in macros for macros in self.behind)]:
            del self[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or any(name in macros for macros in self.behind)

    def __missing__(self, name: str) -> Any:
        for macros in self.behind:
            if name in macros:
                return macros[name]
        raise KeyError(name)


def make_macros_when_called() -> None:
    """dbt makes each of its macros anew for each context, and checks its name."""

    def build_namespace(
        builder: MacroNamespaceBuilder, by_package: dict[str, dict[str, Macro]], context: dict
    ) -> MacroNamespace:
        def make(macro: Macro) -> MacroGenerator:
            return MacroGenerator(macro, context, builder.node, builder.thread_ctx)

        internal = builder.internal_package_names_order
        of_dbt = Macros(dict(ChainMap(*(by_package.get(name, {}) for name in internal))), make)
        packages = {
            name: Macros(macros, make)
            for name, macros in by_package.items()
            if name not in internal
        }
        none = Macros({}, make)
        return MacroNamespace(
            packages.get(builder.root_package, none), packages.get(builder.search_package, none),
            of_dbt, packages,
        )  # fmt: skip

    in_full, begin = ManifestContext.to_dict, BaseContext.__init__

    def begin_with_names(context: BaseContext, *arguments: Any, **options: Any) -> None:
        begin(context, *arguments, **options)
        context._ctx = Names()

    def to_dict(context: ManifestContext) -> dict[str, Any]:
        names = context.namespace
        if not isinstance(names, MacroNamespace):
            return in_full(context)
        of_dbt = names.global_project_namespace
        found = ConfiguredContext.to_dict(context)
        found.update(names.packages, dbt=of_dbt)
        found.put_behind(names.local_namespace, names.global_namespace, of_dbt)
        return found

    BaseContext.__init__ = begin_with_names
    NativeSandboxTemplate.new_context = MacroFuzzTemplate.new_context  # the other copies all names
    MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict = build_namespace, to_dict


def leave_views_that_are_the_same() -> None:
    """A view that the warehouse holds already is not replaced by the same, but in a command that is
    to be killed. What DuckDB says of a view tells from which code it was created."""
    execute = ModelRunner.execute
    stored_as: dict[str, str] = {}  # code of a view to what DuckDB says of it
    lock = Lock()

    def read_views(adapter: BaseAdapter) -> dict[tuple[str, str], str]:
        _, views = adapter.execute(
            "select schema_name, view_name, sql from duckdb_views() where not internal", fetch=True
        )
        return {(schema, name): sql for schema, name, sql in views.rows}

    def execute_if_new(runner: ModelRunner, model: ModelNode, manifest: Manifest) -> RunResult:
        if model.config.materialized != "view" or "SQLQuery" in READ:
            return execute(runner, model, manifest)
        with lock:  # the adapter is another one for each command
            if "views" not in vars(runner.adapter):
                runner.adapter.views = read_views(runner.adapter)
        code, name = model.compiled_code, (model.schema, model.alias)
        if code not in stored_as or runner.adapter.views.get(name) != stored_as[code]:
            result = execute(runner, model, manifest)
            if code not in stored_as:
                stored_as[code] = read_views(runner.adapter)[name]
            return result
        return RunResult(
            status=RunStatus.Success, node=model, message="OK", failures=None, timing=[],
            thread_id="", execution_time=0, adapter_response={}, batch_results=None,
        )  # fmt: skip

    ModelRunner.execute = execute_if_new


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
    name = type(event).__name__
    return name in READ or not (isinstance(event, DebugLevel) or name in NOT_READ)
