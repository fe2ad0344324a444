"""Forget a user, and look for what is left of the user in every table of the warehouse."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import yaml
from conftest import Project, Result

TEXTS = """
    select schema_name, table_name, column_name
    from duckdb_columns() semi join duckdb_tables() using (database_name, schema_name, table_name)
    where data_type = 'VARCHAR' and not internal
"""


def forget(project: Project, user_id: object) -> Result:
    arguments = yaml.safe_dump({"user_id": user_id}, default_flow_style=True)
    result = project.dbt("run-operation", "forget_user", "--args", arguments)
    assert result.success, result.output + result.error
    return result


def assert_nothing_is_left_of(users: Collection[str], project: Project) -> None:
    """No text in a table is the id of one of these users, alone or as a part of a session key."""
    if not users:
        return
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        for schema, table, column in connection.execute(TEXTS).fetchall():
            texts = connection.execute(
                f"""
                select {column} from "{schema}"."{table}" where list_contains($1, {column})
                    or list_bool_or(list_transform(
                        $1, lambda u: contains({column}, length(u) || ':' || u)
                    ))
                """,
                [sorted(users)],
            ).fetchall()
            assert texts == [], f"{schema}.{table} has in {column} the user {texts[:3]}"
