"""gunicorn: two workers of four threads carry an office; WEB_WORKERS and WEB_THREADS change it."""

import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5_000
max_requests_jitter = 500
# the heartbeat must not wait for a slow disk
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - gunicorn wants text
# the proxy before us is the only one who reaches us; it says whether the visitor came by TLS
forwarded_allow_ips = "*" if os.environ.get("BEHIND_TLS_PROXY") == "true" else "127.0.0.1"
accesslog = None
logger_class = "deploy.logs.MaskingLogger"  # an access log that somebody turns on tells no token either
errorlog = "-"
