"""What the rendered chart would run, run as processes on loopback: a cluster of one machine."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.loopback import free_port
from tests.chaos.running import PATIENCE, Running

Manifest = Mapping[str, Any]
Secrets = Mapping[tuple[str, str], str]
"""By name of the secret and key in it."""


@dataclass
class Pod:
    """One container of a workload: its command and all of its environment, as rendered.

    Changed are only the address, which is of loopback, and where what is mounted lies.
    """

    name: str
    component: str
    args: Sequence[str]
    environ: Mapping[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes]
    http: httpx2.AsyncClient
    restarts: int = 0

    @property
    def running(self) -> Running:
        return Running(self.process, self.http, self.log)

    async def is_ready(self) -> bool:
        try:
            return (await self.http.get("/health/ready")).status_code == 200
        except httpx2.TransportError:
            return False

    async def killed(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)

    def restart(self) -> None:
        """As the kubelet does with a container that ended."""
        self.process = _begun(self.args, self.environ, self.log)
        self.restarts += 1


@dataclass
class Cluster:
    """Runs what is in the manifests; its folder stands for the volumes."""

    manifests: Sequence[Manifest]
    secrets: Secrets
    folder: Path
    pods: list[Pod] = field(default_factory=list)

    def of(self, component: str) -> list[Pod]:
        return [pod for pod in self.pods if pod.component == component]

    async def run_jobs(self) -> None:
        """Those of before an install; each must end well."""
        for one in self._workloads("Job"):
            spec = one["spec"]["template"]["spec"]["containers"][0]
            environ = self._environ(one["spec"]["template"]["spec"], self.folder)
            await asyncio.to_thread(
                subprocess.run, _command(spec["args"]), env=environ, check=True, timeout=120
            )

    async def deploy(self, stack: AsyncExitStack) -> None:
        for one in self._workloads("Deployment"):
            spec = one["spec"]["template"]["spec"]
            labels = one["spec"]["template"]["metadata"]["labels"]
            for number in range(one["spec"]["replicas"]):
                name = f"{one['metadata']['name']}-{number}"
                component = labels["app.kubernetes.io/component"]
                self.pods.append(await self._started(stack, name, component, spec))

    async def _started(self, stack: AsyncExitStack, name: str, component: str, spec: Any) -> Pod:
        place = self.folder / name
        await asyncio.to_thread(place.mkdir)
        port = free_port()
        environ = {**self._environ(spec, place), "KETENWACHT_BIND": f"127.0.0.1:{port}"}
        args, log = spec["containers"][0]["args"], place / "log"
        limits = httpx2.Limits(max_keepalive_connections=0)
        http = await stack.enter_async_context(
            httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{port}",
                timeout=PATIENCE,
                trust_env=False,
                limits=limits,
            )
        )
        pod = Pod(name, component, args, environ, port, log, _begun(args, environ, log), http)
        stack.callback(_end, pod)
        return pod

    def _environ(self, spec: Any, place: Path) -> dict[str, str]:
        """Nothing of ours but where Python is; paths lead to where the volumes are written."""
        (container,) = spec["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        places = dict(self._mounted(container["volumeMounts"], spec["volumes"], place))
        environ = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": places["/tmp"]}
        for variable in container["env"]:
            value = self._value(variable)
            for mount, there in places.items():
                value = value.replace(mount, there) if "_URL" not in variable["name"] else value
            environ[variable["name"]] = value
        return environ

    def _value(self, variable: Any) -> str:
        if "value" in variable:
            return str(variable["value"])
        reference = variable["valueFrom"]["secretKeyRef"]
        return self.secrets[reference["name"], reference["key"]]

    def _mounted(self, mounts: Any, volumes: Any, place: Path) -> Iterator[tuple[str, str]]:
        """Where each path of the container is here, filled with what it holds."""
        kinds = {one["name"]: one for one in volumes}
        for mount in mounts:
            there = place / mount["name"]
            there.mkdir(exist_ok=True)
            for name, text in self._content(kinds[mount["name"]]):
                (there / name).write_text(text, "utf-8")
            yield mount["mountPath"], str(there)

    def _content(self, volume: Any) -> Iterator[tuple[str, str]]:
        if "configMap" in volume:
            (found,) = (
                one
                for one in self._workloads("ConfigMap")
                if one["metadata"]["name"] == volume["configMap"]["name"]
            )
            yield from found["data"].items()
        elif "secret" in volume:
            for (name, key), value in self.secrets.items():
                if name == volume["secret"]["secretName"]:
                    yield key, value

    def _workloads(self, kind: str) -> Iterator[Manifest]:
        return (one for one in self.manifests if one["kind"] == kind)


@asynccontextmanager
async def cluster(
    manifests: Sequence[Manifest], secrets: Secrets, folder: Path
) -> AsyncIterator[Cluster]:
    """Migrated, and every pod started; none is waited for. All are ended by their pid."""
    found = Cluster(manifests, secrets, folder)
    await found.run_jobs()
    async with AsyncExitStack() as stack:
        await found.deploy(stack)
        yield found


def _command(args: Sequence[str]) -> list[str]:
    """The entry point of the image is `ketenwacht`."""
    return [sys.executable, "-m", "monitor", *args]


def _begun(args: Sequence[str], environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(_command(args), stdout=out, stderr=out, env=dict(environ))


def _end(pod: Pod) -> None:
    if pod.process.poll() is None:
        os.kill(pod.process.pid, signal.SIGCONT)
        pod.process.kill()
    pod.process.wait()
