"""The chart, rendered by Helm itself and held against Kubernetes' own schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from helm.describe import described
from monitor.bootstrap import Settings
from monitor.scheduling.queue import queue_of
from tests.charts import CHART, charts, rendered

kubernetes_validate = pytest.importorskip("kubernetes_validate")
KUBERNETES = "1.35"
POSTGRES = {"database": {"existingSecret": "ketenwacht-database"}}
SQLITE = {"database": {"kind": "sqlite"}, "watcher": {"replicas": 1}, "web": {"replicas": 1}}
ALL = {
    **POSTGRES,
    "image": {"digest": "sha256:" + 64 * "0", "pullSecrets": ["pull"]},
    "settings": {"publicBaseUrl": "https://keten.example", "oin": "00000001234567890000"},
    "secrets": {
        "secretKey": {"existingSecret": "ketenwacht"},
        "signingKey": {"existingSecret": "ketenwacht"},
        "smtpUrl": {"existingSecret": "ketenwacht"},
        "environment": ["dso-keys"],
        "files": [{"name": "pkio", "mountPath": "/run/secrets/pkio"}],
    },
    "catalogue": {"files": ["dso_lv"], "overlays": {"own.yaml": "catalogue: 1\n"}},
    "web": {"autoscaling": {"enabled": True}},
    "workers": [
        {"location": "pkio", "autoscaling": {"enabled": True}, "nodeSelector": {"net": "pkio"}},
        {"location": "leverancier", "replicas": 1},
    ],
    "ingress": {"enabled": True, "host": "keten.example", "tlsSecret": "tls"},
    "httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}]},
    "serviceMonitor": {"enabled": True},
    "prometheusRule": {"enabled": True},
    "dashboard": {"enabled": True},
    "priorityClassName": "high",
}
SETS = pytest.mark.parametrize("values", [POSTGRES, SQLITE, ALL], ids=["several", "one", "all"])
OF_OTHERS = {
    "HTTPRoute",
    "ServiceMonitor",
    "PrometheusRule",
    "ScaledObject",
    "TriggerAuthentication",
}
"""Kinds that a cluster gets from elsewhere; Kubernetes itself has no schema of them."""


def of_kind(values: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in rendered(values) if one["kind"] == kind]


def pods(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in rendered(values):
        if "template" in one.get("spec", {}):
            yield one["metadata"]["name"], one["spec"]["template"]


def refusal(values: Mapping[str, Any]) -> str:
    with pytest.raises(charts.errors.HelmError) as caught:
        rendered(values)
    return str(caught.value)


def test_helm_finds_nothing_to_say() -> None:
    found = charts.chart.lint(CHART, dict(ALL), strict=True)
    said = [one for one in found["messages"] if one["error"] != "icon is recommended"]
    assert (said, found["errors"]) == ([], [])


@SETS
def test_every_manifest_is_what_kubernetes_takes(values: Mapping[str, Any]) -> None:
    manifests = rendered(values)
    assert manifests
    for one in manifests:
        if one["kind"] not in OF_OTHERS:
            kubernetes_validate.validate(one, KUBERNETES, strict=True)


@SETS
def test_every_pod_is_restricted(values: Mapping[str, Any]) -> None:
    for _, pod in pods(values):
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
            assert container["resources"]["requests"]


@SETS
def test_a_pod_mounts_what_it_names_and_names_what_it_mounts(values: Mapping[str, Any]) -> None:
    for _, pod in pods(values):
        mounted = {one["name"] for one in pod["spec"]["containers"][0]["volumeMounts"]}
        assert {one["name"] for one in pod["spec"]["volumes"]} == mounted - {"data"}


@SETS
def test_selectors_find_their_pods(values: Mapping[str, Any]) -> None:
    labels = [pod["metadata"]["labels"] for _, pod in pods(values)]
    for one in rendered(values):
        selector = one.get("spec", {}).get("selector") or one.get("spec", {}).get("podSelector")
        if not selector or one["kind"] == "ServiceMonitor":
            continue
        wanted = selector.get("matchLabels", {}) if one["kind"] != "Service" else selector
        assert any(wanted.items() <= pod.items() for pod in labels), one["metadata"]["name"]


def test_one_worker_deployment_for_each_vantage_point() -> None:
    found = {
        pod["metadata"]["labels"]["ketenwacht/location"]: pod["spec"]["containers"][0]["args"]
        for _, pod in pods(ALL)
        if pod["metadata"]["labels"]["app.kubernetes.io/component"] == "worker"
    }
    assert found == {
        "pkio": ["worker", "--location", "pkio"],
        "leverancier": ["worker", "--location", "leverancier"],
    }


def test_workers_are_scaled_by_the_queue_that_they_work_at() -> None:
    (scaled,) = of_kind(ALL, "ScaledObject")
    query = scaled["spec"]["triggers"][0]["metadata"]["query"]
    assert f"queue_name = '{queue_of('pkio')}'" in query


def test_another_catalogue_makes_other_pods() -> None:
    def checksum(text: str) -> str:
        values = {**POSTGRES, "catalogue": {"overlays": {"own.yaml": text}}}
        (watcher,) = (pod for name, pod in pods(values) if name.endswith("-watcher"))
        return str(watcher["metadata"]["annotations"]["checksum/catalogue"])

    assert checksum("catalogue: 1\n") == checksum("catalogue: 1\n")
    assert checksum("catalogue: 1\n") != checksum("catalogue: 1\npolicy: {interval: 30s}\n")


def test_the_schema_is_brought_up_to_date_before_anything_else() -> None:
    (job,) = of_kind(POSTGRES, "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    container = job["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == ["migrate"]
    assert {one["name"] for one in container["env"]} >= {"KETENWACHT_DATABASE_URL"}


def collectors(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What every pod is let out to on the collector's port."""
    inside, outside = of_kind(values, "NetworkPolicy")
    assert "matchExpressions" not in inside["spec"]["podSelector"]
    assert "4318" not in str(outside)
    return [one for one in inside["spec"]["egress"] if "4318" in str(one["ports"])]


def test_traces_get_out_where_they_are_asked_for_and_nowhere_else() -> None:
    assert collectors(POSTGRES) == []
    traced = {**POSTGRES, "settings": {"otelEndpoint": "http://collector:4318"}}
    assert collectors(traced) == [{"ports": [{"protocol": "TCP", "port": 4318}]}]
    where = [{"namespaceSelector": {"matchLabels": {"name": "traces"}}}]
    (narrow,) = collectors({**traced, "networkPolicy": {"collector": where}})
    assert narrow["to"] == where


def test_pages_go_nowhere_outside() -> None:
    inside, outside = of_kind(POSTGRES, "NetworkPolicy")
    assert outside["spec"]["podSelector"]["matchExpressions"][0]["values"] == ["watcher", "worker"]
    ports = {port["port"] for rule in inside["spec"]["egress"] for port in rule["ports"]}
    assert ports == {53, 5432}


def test_secrets_are_named_and_never_written() -> None:
    for _, pod in pods(ALL):
        for variable in pod["spec"]["containers"][0]["env"]:
            secret = variable["name"].endswith(("_URL", "SECRET_KEY", "CLIENT_SECRET"))
            if secret and not variable["name"].endswith("BASE_URL"):
                assert "secretKeyRef" in variable["valueFrom"], variable


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "database.existingSecret is needed"),
        ({"database": {"kind": "sqlite"}}, "set watcher.replicas=1"),
        ({**SQLITE, "web": {"replicas": 2}}, "set web.replicas=1"),
        ({**SQLITE, "workers": [{"location": "pkio"}]}, "workers need PostgreSQL"),
        ({**POSTGRES, "workers": [{"location": "internet"}]}, "the watchers' own"),
        ({**POSTGRES, "watchr": {}}, "'watchr' not allowed"),
        ({**POSTGRES, "settings": {"databaseUrl": "postgresql://u:p@h/d"}}, "databaseUrl"),
        ({**POSTGRES, "settings": {"publicBaseUri": "https://k.example"}}, "publicBaseUri"),
        ({**POSTGRES, "settings": {"oin": 1234567890000}}, "/settings/oin"),
        ({**POSTGRES, "workers": [{"location": "Not A Name"}]}, "/workers/0/location"),
        ({**POSTGRES, "catalogue": {"files": []}}, "nothing would be watched"),
        ({**POSTGRES, "ingress": {"enabled": True}}, "ingress.host"),
        ({**POSTGRES, "httpRoute": {"enabled": True}}, "httpRoute.parentRefs"),
        ({**POSTGRES, "image": {"digest": "latest"}}, "/image/digest"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_does_not_go_together_is_refused(values: Mapping[str, Any], said: str) -> None:
    assert said in refusal(values)


def test_every_setting_can_be_chosen_and_nothing_else() -> None:
    """Those that the chart itself fills in, or takes from a secret, have a value of their own."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    allowed = schema["properties"]["settings"]["propertyNames"]["enum"]
    made = {"bind", "catalogue", "database_url", "location"}
    secret = {"oidc_client_secret", "secret_key", "signing_key", "smtp_url"}
    assert {re.sub("([A-Z])", r"_\1", name).lower() for name in allowed} == (
        Settings.model_fields.keys() - made - secret
    )
    settings = dict.fromkeys(allowed, "x") | {"oin": 20 * "1"}
    (watcher,) = (
        pod for name, pod in pods({**ALL, "settings": settings}) if name.endswith("-watcher")
    )
    given = {one["name"] for one in watcher["spec"]["containers"][0]["env"]}
    wanted = {f"KETENWACHT_{name.upper()}" for name in Settings.model_fields}
    assert wanted - given == {"KETENWACHT_OIDC_CLIENT_SECRET"}, "none of these values names it"
    assert given <= wanted


def test_the_readme_tells_every_value() -> None:
    text = (CHART / "README.md").read_text()
    assert text == described(), "run: python helm/describe.py"
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []
