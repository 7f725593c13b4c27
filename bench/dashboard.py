"""Time of the dashboard for a large workspace, compared with bare SQL for its figures.

    script/bench dashboard [--stages 10000] [--journeys 1000] [--persons 5000] [--repeat 9]

The workspace and the baseline are those of `script/bench ownership`. Times are medians, without the first request.
"""

import argparse
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from bench.audit import fill
from bench.ownership import figures, sign_in
from bench.pages import PLAIN, median, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", type=int, default=10_000)
    parser.add_argument("--journeys", type=int, default=1_000)
    parser.add_argument("--persons", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    per_journey = options.stages // options.journeys
    workspace_id = fill(options.stages, stages=per_journey, persons=options.persons)
    client, url = sign_in(workspace_id)
    url = url.replace("/ownership/", "/dashboard/")
    read(client, url)  # once before, so that templates are loaded
    with CaptureQueriesContext(connection) as captured:
        text = client.get(url).content.decode()
    queries = list(captured)
    in_sql = sum(float(query["time"]) for query in queries) * 1000
    page, _ = median(options.repeat, lambda: read(client, url))
    bare, _ = median(options.repeat, lambda: figures(workspace_id))
    print("queries   page ms   of it SQL ms   bare SQL ms   ratio   HTML kB   elements")
    print(
        f"{len(queries):7} {page:9.0f} {in_sql:14.0f} {bare:13.0f} {page / bare:7.1f}"
        f" {len(text.encode()) / 1000:9.0f} {len(re.findall('<[a-z]', text)):10,}"
    )
    for query in sorted(queries, key=lambda query: -float(query["time"]))[:5]:
        print(f"  {float(query['time']) * 1000:6.0f} ms  {query['sql'][:110]}")


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
