#!/usr/bin/env bash
# Builds the image from the Dockerfile and tries it: deploy/image.sh [arguments of build, such as --build-arg or --volume].
# With Docker where it runs; else with buildah, whose base mmdebstrap makes, so that no registry is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -1)
image=kinograph:$version
if docker info >/dev/null 2>&1; then
    docker build --tag "$image" "$@" .
    builder=docker
else
    base=localhost/kinograph-base
    if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        # As the slim images of Debian: without documentation and translations.
        without=()
        for name in doc info lintian locale man; do without+=("--dpkgopt=path-exclude=/usr/share/$name/*"); done
        mmdebstrap --variant=minbase --include=ca-certificates "${without[@]}" bookworm "$work/base.tar"
        made=$(buildah from scratch)
        buildah add --quiet "$made" "$work/base.tar" / >/dev/null
        buildah commit --quiet --rm "$made" "$base" >/dev/null
    fi
    # OCI's own format has no HEALTHCHECK, and drops it with a warning.
    buildah build --format docker --isolation chroot --pull-never --build-arg "BASE=$base" --tag "localhost/$image" "$@" .
    builder=buildah image=localhost/$image
fi
as_root=()
if [ "$builder" = buildah ] && [ "$(id -u)" != 0 ]; then as_root=(buildah unshare); fi
"${as_root[@]}" python3 deploy/try_image.py "$builder" "$image"
