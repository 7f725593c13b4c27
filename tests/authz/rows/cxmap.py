from tests.authz.row import Row

ROWS = [
    Row("GET", "api_schema", public=True),
    Row("GET", "api_docs", public=True),
    Row("GET", "api_docs_unslashed", public=True),
    Row("GET", "api_problems_unslashed", public=True),
    Row("GET", "api_root", public=True),
    Row("GET", "api_root_unversioned", public=True),
    Row("GET", "api_problems", public=True),
    Row("GET", "livez", public=True),
    Row("GET", "readyz", public=True),
    Row("GET", "metrics", public=True),
]
