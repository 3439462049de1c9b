# Front-end packages, held against the integrity hashes of package-lock.json.
FROM node:22-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
# what lays out the text of PDF certificates
RUN apt-get -qq update && apt-get -qq install --yes --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY --from=front-end /app/node_modules ./node_modules
COPY . .
# Settings refuse to start without these three; nothing of them stays in the image.
RUN SECRET_KEY=build-only ALLOWED_HOSTS=build.invalid KEYS_DIR=/nonexistent DATABASE_URL=sqlite:////tmp/build.sqlite3 \
    python deploy/start.py collectstatic
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin app
# a new volume takes its mode from here: whatever account APP_UID names may write
RUN install --directory --mode=1777 /var/lib/umkm/media /var/lib/umkm/imports
USER 10001:10001
ENV BIND=0.0.0.0 PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s --retries=3 CMD ["python", "deploy/start.py", "health"]
CMD ["python", "deploy/start.py", "web"]
