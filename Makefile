# Apa yang dapat dijalankan: `make help`. The logic is in scripts/; here stand only names and order.

PORT ?= 8000
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV := .venv/bin/python
ROOMS := config core registry surveys dashboards
TYPED := $(ROOMS) bench deploy scripts
TEMPLATES = $(shell find templates -name '*.html')
PYTEST = DJANGO_ALLOW_ASYNC_UNSAFE=true $(VENV) -m pytest -n auto

.NOTPARALLEL:
.PHONY: help run setup test test-postgres test-faults test-clients lint format ci pictures docs bench bench-large clean python dev

help: ## Tampilkan daftar ini
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: python ## Siapkan semuanya lalu jalankan di 127.0.0.1 (PORT=8000)
	@$(PYTHON) scripts/serve.py --check $(PORT)
	@$(MAKE) --no-print-directory setup
	@$(VENV) scripts/serve.py $(PORT)

setup: python ## Siapkan semuanya tanpa menjalankan
	@$(PYTHON) scripts/prepare.py
	@$(VENV) scripts/fill_database.py

test: dev ## Jalankan semua uji (DATABASE_URL= memilih basis data, ARGS= untuk pytest)
	@$(PYTEST) $(ARGS)

test-postgres: dev ## Jalankan semua uji pada PostgreSQL, yang dicari atau dinyalakan sendiri
	@$(VENV) scripts/with_postgres.py env $(PYTEST) $(ARGS)

test-faults: dev ## Uji beban dan gangguan lapangan pada kedua basis data (FAULTS_ENUMERATORS=, FAULTS_INTERVIEWS=)
	@env -u DATABASE_URL $(VENV) -m tests.faults
	@$(VENV) scripts/with_postgres.py $(VENV) -m tests.faults

test-clients: dev ## Uji formulir dengan mesin ODK Collect dan ODK Web Forms (perlu JDK)
	@$(VENV) scripts/prepare_clients.py
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(VENV) -m pytest -n 0 -s tests/clients $(ARGS)

lint: dev ## Periksa gaya, tipe, urutan ruang, templat, migrasi, dan setelan produksi
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@$(VENV) -m mypy $(TYPED)
	@.venv/bin/lint-imports
	@.venv/bin/djhtml --check --tabwidth 2 $(TEMPLATES)
	@.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	@.venv/bin/deptry .
	@$(VENV) manage.py makemigrations --check --dry-run
	@$(VENV) scripts/check_production.py

format: dev ## Rapikan kode dan templat
	@$(VENV) -m ruff check --fix .
	@$(VENV) -m ruff format .
	@.venv/bin/djhtml --tabwidth 2 $(TEMPLATES)
	@.venv/bin/djade --target-version 5.2 $(TEMPLATES)

ci: lint test test-clients test-postgres ## Semua yang harus lulus: lint, test, test-clients, test-postgres

pictures: dev ## Buat ulang gambar README dan panduan
	@PICTURES=1 $(PYTEST) -n 0 $(shell grep -l take_picture tests/browser/test_*.py tests/browser/*/test_*.py)

bench: dev ## Ukur kecepatan (ONLY= memilih kelompok)
	@$(VENV) -m bench $(if $(ONLY),--only $(ONLY))

bench-large: dev ## Ukur dengan sejuta baris: beberapa menit dan gigabita (ONLY= memilih)
	@$(VENV) -m bench --large $(if $(ONLY),--only $(ONLY))

docs: dev ## Tulis ulang kamus data dari model
	@$(VENV) manage.py data_dictionary

clean: ## Hapus yang dipasang dan dibangun; basis data, kunci, dan .env tetap
	@rm -rf .venv node_modules tests/clients/node_modules tests/clients/.build staticfiles test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Diperlukan Python 3.11 atau lebih baru. Pasang dahulu, atau tunjuk dengan PYTHON=/jalur/ke/python3." >&2; exit 1; }

dev: python
	@$(PYTHON) scripts/prepare.py --dev
