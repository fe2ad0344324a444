"""The settings of Spark in profiles.yml, for what starts Spark without dbt."""

import os
from collections.abc import Mapping
from pathlib import Path

import yaml
from jinja2 import Environment

PROFILES = Path(__file__).parents[2] / "profiles.yml"


def spark_settings(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Those of the target spark_local, as dbt would read them."""
    jinja = Environment()
    jinja.filters.update(as_number=int)
    profiles = jinja.from_string(PROFILES.read_text()).render(env_var=environment.get)
    outputs = yaml.safe_load(profiles)["session_analytics"]["outputs"]
    return outputs["spark_local"]["server_side_parameters"]
