#!/bin/sh
# Runs once, when the database volume is made: the role and database the product uses. The role is
# an ordinary one with a password of its own, so the product cannot become the superuser.
set -e
psql -v ON_ERROR_STOP=1 -U postgres -v password="$APP_DB_PASSWORD" <<'SQL'
CREATE ROLE cxmap LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE cxmap OWNER cxmap;
SQL
