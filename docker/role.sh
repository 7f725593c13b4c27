#!/bin/sh
# Runs once, when the database volume is made: the role and database the product uses.
set -e
psql -v ON_ERROR_STOP=1 -U postgres -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE cxmap LOGIN NOSUPERUSER CREATEDB PASSWORD :'password';
CREATE DATABASE cxmap OWNER cxmap;
SQL
