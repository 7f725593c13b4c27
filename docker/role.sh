#!/bin/sh
# Runs once, when the database volume is created, and creates the role and the database of cxmap. It is
# an ordinary role with its own password, so that cxmap can't become a superuser.
set -e
psql -v ON_ERROR_STOP=1 -U postgres -v password="$APP_DB_PASSWORD" <<'SQL'
CREATE ROLE cxmap LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE cxmap OWNER cxmap;
SQL
