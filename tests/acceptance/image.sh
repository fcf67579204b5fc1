#!/usr/bin/env bash
# Builds the image and runs it as a cluster would: not as root, on a read-only root, without capabilities.
# Needs root on Debian with: buildah podman runc mmdebstrap curl. `BASE=… tests/acceptance/image.sh` takes another base.
set -euo pipefail
cd "$(dirname "$0")/../.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

work=$(mktemp -d)
name=ketenwacht-acceptance-$$
port=${PORT:-18999}
anchors=/etc/ssl/certs/ca-certificates.crt

fail() { echo "FAILED: $*" >&2; exit 1; }
leave() {
  podman stop --time 25 "$name" >/dev/null 2>&1 || true
  podman rm --force "$name" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap leave EXIT

if [[ -z ${BASE:-} ]]; then
  BASE=localhost/ketenwacht-base:acceptance
  if ! buildah inspect --type image "$BASE" >/dev/null 2>&1; then
    echo "... a base of Debian's own packages"
    mmdebstrap --quiet --variant=minbase \
      --include=ca-certificates,python3,python3-venv,python3-pip bookworm "$work/rootfs.tar"
    printf 'FROM scratch\nADD rootfs.tar /\n' >"$work/Base"
    buildah bud --quiet --format docker -t "$BASE" -f "$work/Base" "$work" >/dev/null
  fi
fi

echo "... the image"
git archive HEAD | tar -x -C "$work" --one-top-level=source
buildah bud --quiet --format docker -v "$anchors:$anchors:ro" --build-arg "BASE=$BASE" \
  --build-arg "REVISION=$(git rev-parse HEAD)" -t ketenwacht:acceptance "$work/source" >/dev/null

echo "... a demonstration in it"
podman --runtime runc run --detach --name "$name" --network host \
  --ulimit nofile=1024:4096 --ulimit nproc=1024:4096 --read-only --tmpfs /tmp --cap-drop ALL \
  ketenwacht:acceptance demo --bind "127.0.0.1:$port" >/dev/null 2>"$work/podman.log"
for _ in $(seq 60); do
  curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null && break
  sleep 1
done
curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null || fail "not ready within 60 s"
curl -sf -o "$work/wall.html" "http://127.0.0.1:$port/" || fail "the wall is not served"
grep -q '<table' "$work/wall.html" || fail "the wall has no table"

inside() { podman exec "$name" "$@"; }
[[ $(inside id -u) == 10001 ]] || fail "it runs as $(inside id -un)"
inside sh -c 'touch /opt/ketenwacht/here' 2>/dev/null && fail "its root can be written"
for tool in gcc cc c++ ld make; do
  inside sh -c "command -v $tool" >/dev/null && fail "it holds $tool"
done
inside sh -c 'grep -q "\"bomFormat\": *\"CycloneDX\"" /opt/ketenwacht/sbom.cdx.json' || fail "it has no bill of materials"
podman inspect --format '{{.Config.Labels}}' "$name" | grep -q org.opencontainers.image.revision || fail "it has no labels"
podman inspect --format '{{.Config.Healthcheck}}' "$name" | grep -q health/live || fail "it has no health check"

began=$SECONDS
podman stop --time 25 "$name" >/dev/null 2>&1
(( SECONDS - began <= 25 )) || fail "it took $(( SECONDS - began )) s to stop"
echo "The image is as it should be; it stopped within $(( SECONDS - began )) s."
