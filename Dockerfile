# To build from images that cannot change, name them by digest:
# docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:...
ARG NODE_IMAGE=node:24-slim
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${NODE_IMAGE} AS frontend
WORKDIR /app/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM ${PYTHON_IMAGE}
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=cxmap.settings CXMAP_VAR=/app/var
# Give memory back after large requests (cxmap/management/commands/up.py).
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
COPY --from=frontend /app/static/build static/build
RUN export SECRET_KEY=build-only && python manage.py compilemessages && python manage.py collectstatic --noinput \
 && useradd --system cxmap && mkdir -p var/beat var/files && chown -R cxmap var
USER cxmap
EXPOSE 8000
# No access log: the addresses of share links are secrets, and would stand in it.
CMD ["uvicorn", "cxmap.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--http", "cxmap.http_protocol:LimitedHTTPProtocol", "--no-proxy-headers", \
     "--ws", "cxmap.http_protocol:LimitedWebSocketProtocol", "--ws-max-size", "65536", "--ws-per-message-deflate", "false", \
     "--limit-concurrency", "900", "--no-access-log"]
