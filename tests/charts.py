"""The chart as Helm itself renders it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

charts = pytest.importorskip("helm_python", reason="Helm's wheel is not made for this machine")

CHART = Path(__file__).parents[1] / "helm" / "ketenwacht"


def rendered(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every manifest. HelmError where the values are refused."""
    with charts.chart.Chart.load(CHART) as chart:
        files = chart.render(values=dict(values), name="keten", namespace="dso")
    manifests = (text for name, text in files.items() if name.endswith(".yaml"))
    yaml = YAML(typ="safe")
    return [one for text in manifests for one in yaml.load_all(text) if one]
