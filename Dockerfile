# Two stages: what builds is not what runs. BASE has a python3 with venv, wherever that stands.
ARG BASE=python:3.11-slim-bookworm

# hadolint ignore=DL3006
FROM ${BASE} AS build
WORKDIR /build
RUN python3 -m venv /opt/ketenwacht
COPY requirements.lock ./
RUN /opt/ketenwacht/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY checks checks
COPY monitor monitor
COPY web web
RUN /opt/ketenwacht/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --no-deps --no-build-isolation . \
 && /opt/ketenwacht/bin/python -m pip uninstall --yes --quiet \
      editables hatchling pathspec pluggy trove-classifiers \
 && /opt/ketenwacht/bin/python -m pip uninstall --yes --quiet setuptools pip \
 && /opt/ketenwacht/bin/python -m compileall -q /opt/ketenwacht/lib
COPY requirements-image.lock ./
RUN python3 -m venv /opt/counting \
 && /opt/counting/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes --requirement requirements-image.lock \
 && /opt/counting/bin/cyclonedx-py environment --output-reproducible \
      --output-file /opt/ketenwacht/sbom.cdx.json /opt/ketenwacht/bin/python

# hadolint ignore=DL3006
FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Ketenwacht" \
      org.opencontainers.image.description="Watches every interface version of DSO-LV in every environment" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/ketenwacht /opt/ketenwacht
RUN install --directory --owner=10001 --group=10001 /data
ENV PATH=/opt/ketenwacht/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KETENWACHT_BIND=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["/opt/ketenwacht/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
ENTRYPOINT ["ketenwacht"]
CMD ["run"]
