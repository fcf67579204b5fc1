"""Traces: off they load nothing; on, one probe's whole way reaches a real collector."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from structlog.testing import capture_logs

from monitor.bootstrap import Settings, SettingsError, Works, connected, watching
from monitor.refusal import Refusal
from monitor.tracing import tracing_of
from tests.building import seen
from tests.receivers import Heard, receiving
from tests.servers import answer, question, serving

CATALOGUE = """
catalogue: 1
environments:
  prod:
    name: {{nl: Productie, en: Production}}
    headers: {{x-api-key: "env:STAM_KEY"}}
policy: {{interval: 1s, failure_threshold: 2}}
interfaces:
  stam:
    title: {{nl: STAM, en: STAM}}
    chain: generiek
    checks: [{{kind: health, path: "/health?sleutel=geheim-in-pad"}}]
    lines:
      v5: {{targets: {{prod: {{base_url: "http://localhost:{port}/stam"}}}}}}
"""
SECRETS = {"STAM_KEY": "geheime-sleutel"}


@dataclass(frozen=True)
class Told:
    """What a collector was sent."""

    spans: tuple[Span, ...]
    resource: dict[str, str]

    def named(self, name: str) -> list[Span]:
        return [one for one in self.spans if one.name == name]


def told(heard: Iterable[Heard]) -> Told:
    requests = [ExportTraceServiceRequest.FromString(one.body) for one in heard]
    each = [group for one in requests for group in one.resource_spans]
    spans = (span for group in each for scope in group.scope_spans for span in scope.spans)
    return Told(tuple(spans), facts(each[0].resource) if each else {})


def facts(of: Span | Resource) -> dict[str, str]:
    return {one.key: one.value.string_value or str(one.value.int_value) for one in of.attributes}


def way(spans: Iterable[Span], last: Span) -> list[str]:
    """The names from the beginning of its trace to this span."""
    known = {one.span_id: one for one in spans if one.trace_id == last.trace_id}
    names = [last.name]
    while last.parent_span_id:
        last = known[last.parent_span_id]
        names.insert(0, last.name)
    return names


async def until(enough: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not enough():  # noqa: ASYNC110  what we wait for has no event
            await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")


@asynccontextmanager
async def at_work(folder: Path, port: int, **given: object) -> AsyncIterator[Works]:
    file = folder / "stam.yaml"
    file.write_text(CATALOGUE.format(port=port), "utf-8")
    url = f"sqlite:///{folder}/traced.db"
    settings = Settings(catalogue=(file,), database_url=url, **given)
    async with connected(settings, secrets={**SECRETS, **ALERTS}) as works, watching(works):
        yield works


ALERTS: dict[str, str] = {}


@pytest.fixture
async def alerts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Heard]]:
    """What an Alertmanager on loopback hears."""
    async with receiving() as alertmanager:
        monkeypatch.setitem(ALERTS, "ALERTS", f"http://127.0.0.1:{alertmanager.port}")
        yield alertmanager.heard


async def test_one_probe_is_one_trace_from_its_slot_to_the_message(
    tmp_path: Path, alerts: list[Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=proef")
    down = answer("500 Internal Server Error", b"geheim")
    async with receiving(down) as stam, receiving() as collector:
        endpoint = f"http://127.0.0.1:{collector.port}"
        given = {"otel_endpoint": endpoint, "alertmanager": "env:ALERTS"}
        async with at_work(tmp_path, stam.port, **given) as works:
            await until(lambda: alerts)
            await until(lambda: told(collector.heard).named("deliver alertmanager"))
            assert works.board.trouble is None
        got = told(collector.heard)
    assert {one.path for one in collector.heard} == {"/v1/traces"}
    (sent, *_) = got.named("deliver alertmanager")
    assert way(got.spans, sent) == ["probe", "record", "tell outage.opened", "deliver alertmanager"]
    trace = [one for one in got.spans if one.trace_id == sent.trace_id]
    begun = {one.name: one.start_time_unix_nano for one in trace}
    assert {"GET", "dns", "connect", "first byte", "body"} <= begun.keys()
    order = ["probe", "GET", "connect", "first byte", "record", "deliver alertmanager"]
    assert sorted(order, key=lambda name: begun[name]) == order
    (body,) = (one for one in trace if one.name == "body")
    assert way(got.spans, body) == ["probe", "GET", "body"]
    (record,) = (one for one in trace if one.name == "record")
    (link,) = record.links
    assert link.span_id in {one.span_id for one in got.named("batch")}
    asked = next(one for one in trace if one.name == "GET")
    assert facts(asked) == {
        "http.request.method": "GET",
        "http.response.status_code": "500",
        "error.type": "500",
        "server.address": "localhost",
        "server.port": str(stam.port),
        "url.full": f"http://localhost:{stam.port}/stam/health",
    }
    assert asked.kind == Span.SPAN_KIND_CLIENT
    assert asked.status.code == Status.STATUS_CODE_ERROR
    assert got.resource["service.name"] == "ketenwacht"
    assert got.resource["deployment.environment.name"] == "proef"
    assert not any("traceparent" in one.headers for one in stam.heard)
    assert b"geheim" not in b"".join(one.body for one in collector.heard)


def committed(works: Works) -> float:
    counted = works.monitor.telemetry.registry.get_sample_value
    return counted("ketenwacht_batch_observations_count") or 0


async def test_a_collector_that_is_away_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")

    def lost() -> list[str]:
        return [one["event"] for one in logs if "traces do not" in one["event"]]

    async with receiving() as stam:
        with capture_logs() as logs:
            async with at_work(tmp_path, stam.port, otel_endpoint="http://127.0.0.1:1") as works:
                await until(lost)
                before = committed(works)
                await until(lambda: committed(works) >= before + 3)
    assert lost() == ["traces do not arrive and are lost; all else goes on"]


async def test_a_collector_that_hangs_holds_up_neither_probing_nor_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "300")
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        asked.set()
        await asyncio.Event().wait()

    async with receiving() as stam, serving(silent) as port:
        endpoint = f"http://127.0.0.1:{port}"
        async with at_work(tmp_path, stam.port, otel_endpoint=endpoint) as works:
            async with asyncio.timeout(60):
                await asked.wait()
            before = committed(works)
            await until(lambda: committed(works) >= before + 3)
            end = monotonic()
        took = monotonic() - end
    assert works.intake.depth == 0
    assert took < 25, "a stop stays within 25 s"


@pytest.mark.parametrize(("sampler", "kept"), [("always_on", ["probe"]), ("always_off", [])])
async def test_what_is_kept_is_left_to_the_standard_variables(
    sampler: str, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    async with receiving() as collector:
        tracing = tracing_of(f"http://127.0.0.1:{collector.port}", dict, "local")
        tracing.seen(seen())
        await until(lambda: collector.heard or not kept)
        await tracing.aclose()
        got = told(collector.heard)
    assert [one.name for one in got.spans] == kept


def test_who_wants_no_traces_loads_nothing_for_them(tmp_path: Path) -> None:
    file = tmp_path / "stam.yaml"
    file.write_text(CATALOGUE.format(port=9), "utf-8")
    program = """
import asyncio, sys
import web.app
from monitor.bootstrap import Settings, connected

async def main():
    settings = Settings(catalogue=sys.argv[1], database_url=sys.argv[2])
    async with connected(settings, secrets={"STAM_KEY": "k"}) as works:
        await works.look_at_age()

asyncio.run(main())
heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf", "requests")
print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""
    url = f"sqlite:///{tmp_path}/plain.db"
    said = subprocess.run(
        (sys.executable, "-c", program, str(file), url),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout) == (0, "[]\n"), said.stderr


@pytest.fixture
def _not_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delitem(sys.modules, "monitor.otel", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    yield
    sys.modules.pop("monitor.otel", None)


@pytest.mark.usefixtures("_not_installed")
async def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"KETENWACHT_OTEL_ENDPOINT: .*ketenwacht\[otel\]"):
        async with at_work(tmp_path, 9, otel_endpoint="http://127.0.0.1:4318"):
            raise AssertionError("it started")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("127.0.0.1:4318", "is no address of a collector"),
        ("grpc://127.0.0.1:4317", "is no address of a collector"),
        ("http://[", "is no address of a collector"),
        ("https://key@collector.example", "has a user, a query or a fragment"),
        ("https://collector.example?key=1", "has a user, a query or a fragment"),
    ],
)
def test_an_endpoint_that_is_none_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(SettingsError, match=f"KETENWACHT_OTEL_ENDPOINT: {wrong}"):
        Settings(otel_endpoint=text)


def test_an_endpoint_is_taken_with_and_without_its_path() -> None:
    for text in ("http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"):
        assert Settings(otel_endpoint=text).otel_endpoint == "http://c:4318"
