#!/usr/bin/env bash
# Writes what a release consists of into dist/: deploy/release.sh UV [arguments of the image's build]. Tags and sends nothing.
# The wheel is built from the sdist, so both are whole. The image is left out where neither Docker nor buildah is.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$1
shift
rm -rf dist
"$uv" build --quiet --out-dir dist
rm -f dist/.gitignore
python3 deploy/try_wheel.py "$uv" dist
version=$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -1)
file=dist/kinograph-$version-image.tar
if docker info >/dev/null 2>&1; then
    deploy/image.sh "$@"
    docker save --output "$file" "kinograph:$version"
elif command -v buildah >/dev/null; then
    deploy/image.sh "$@"
    buildah push --quiet "localhost/kinograph:$version" "docker-archive:$file:kinograph:$version"
else
    echo "There is no image: neither Docker nor buildah is here."
fi
test ! -e "$file" || gzip "$file"
(cd dist && sha256sum -- * >SHA256SUMS.part && mv SHA256SUMS.part SHA256SUMS)
cat dist/SHA256SUMS
