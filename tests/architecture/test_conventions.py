"""Project conventions that linters cannot check."""

import importlib
import inspect
import pkgutil
import re

import pytest
from django.apps import apps
from django.db import connection, models

from changes.models import Record, record_types
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Persona, Stage
from tests.architecture.project import APPS, ROOT, sources
from tests.support.factories import SampleWorld

# Tables with a workspace that are not isolated by row-level security: they are read to authorize a
# request, before the tenant is known.
BELOW = {
    "workspaces_member",
    "workspaces_invitation",
    "workspaces_token",
    "workspaces_accessevent",
    "sharing_sharelink",
}


def test_no_test_module_imports_another():
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path, text in sources("tests")
        for line in text.splitlines()
        if re.match(r"from tests\.([\w.]+\.)?test_\w+ import", line)
    ]
    assert found == []


def test_only_access_modules_look_up_by_id():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path, text in sources()
        if path.name != "access.py"
        for line in text.splitlines()
        if re.search(r"\.objects\.get\(|get_object_or_404", line)
        and "changes/queries.py" not in str(path)
        and "natural" not in line
    ]
    assert found == []


def test_records_are_written_by_the_recorder_only():
    wrong = re.compile(
        r"_base_manager[^\n]*\.(update|delete|create|bulk_create|bulk_update)\("
        r"|\.save_base\(|\._raw_delete\("
    )
    found = {str(path.relative_to(ROOT)) for path, text in sources() if wrong.search(text)} - {
        "changes/recorder.py",
        "changes/models.py",
        "changes/ops.py",
    }
    assert found == set()


def test_nothing_listens_to_signals():
    found = [str(path) for path, text in sources() if re.search(r"@receiver|\.connect\(", text)]
    assert [path for path in found if "local/servers.py" not in path] == []


def test_records_are_no_many_to_many():
    assert [m for m in record_types().values() if m._meta.many_to_many] == []


def keys():
    for model in record_types().values():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield model, field


def test_a_key_that_crosses_an_app_line_has_no_way_back():
    def crosses(model, field):
        return model._meta.app_label != field.related_model._meta.app_label

    found = [
        f"{model.__name__}.{field.name}"
        for model, field in keys()
        if crosses(model, field)
        and field.remote_field.related_name != "+"
        and (model._meta.app_label, field.related_model._meta.app_label)
        != ("touchpoints", "journeys")  # the two halves of a map, always read together
    ]
    assert found == []


def own_classes():
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in module.name:
                for value in vars(importlib.import_module(module.name)).values():
                    if inspect.isclass(value) and is_own(value):
                        yield value


def is_own(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in APPS


def inheritance_depth(cls: type) -> int:
    """Return how many of our own classes the longest line of bases has, with the class itself."""
    return 1 + max((inheritance_depth(base) for base in cls.__bases__ if is_own(base)), default=0)


def test_inheritance_is_at_most_four_classes_deep():
    found = {
        f"{cls.__module__}.{cls.__name__}" for cls in own_classes() if inheritance_depth(cls) > 4
    }
    assert found == set()


DIRECTORY = {
    "department", "person", "absence", "placement", "persona", "channel", "reorganization",
}  # fmt: skip
BETWEEN_JOURNEYS = {"pair_of", "opens"}


def test_keys_cascade_inside_a_stream_and_protect_across():
    wrong = []
    for model, field in keys():
        target = field.related_model
        if field.name in {"workspace", "stream"} or not issubclass(target, Record):
            continue
        crosses = (model.slug in DIRECTORY) != (target.slug in DIRECTORY)
        crosses = crosses or field.name in BETWEEN_JOURNEYS
        if crosses != (field.remote_field.on_delete is models.PROTECT):
            wrong.append(f"{model.__name__}.{field.name}")
    assert wrong == []


class TestWalls:
    def rows(self, sql: str):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def test_the_role_is_an_ordinary_one(self, db):
        assert self.rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = user") == [
            (False, False)
        ]

    def test_every_table_of_a_workspace_is_walled(self, db):
        walled = {
            name
            for (name,) in self.rows(
                "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
                " WHERE relrowsecurity AND relforcerowsecurity"
                " AND polqual IS NOT NULL AND polwithcheck IS NOT NULL"
            )
        }
        tenants = {
            model._meta.db_table
            for model in apps.get_models()
            if model._meta.managed
            and any(f.name == "workspace" for f in model._meta.concrete_fields)
        }
        assert tenants - walled == BELOW

    def test_every_view_reads_with_the_walls_of_its_tables(self, db):
        views = self.rows(
            "SELECT relname, reloptions FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('v', 'm') AND nspname = 'public' ORDER BY 1"
        )
        assert views == [
            ("ownership_absence", ["security_invoker=true"]),
            ("ownership_boundary", ["security_invoker=true"]),
            ("ownership_claimants", ["security_invoker=true"]),
            ("ownership_handoff_standing", ["security_invoker=true"]),
            ("ownership_standing", ["security_invoker=true"]),
        ]

    def test_every_record_table_has_its_trigger(self, db):
        guarded = {
            name
            for (name,) in self.rows(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'only_recorded'"
            )
        }
        assert {m._meta.db_table for m in record_types().values()} <= guarded

    def test_without_a_tenant_reading_is_an_error(self, world: SampleWorld):
        with pytest.raises(Exception, match=r"cxmap.workspaces|malformed array"):
            list(Stage.objects.all())

    def test_a_foreign_tenants_rows_are_not_there(self, world: SampleWorld):
        theirs = world.twin.stages.values()
        with tenant_scope([world.acme.id]):
            assert Stage.objects.filter(id__in=theirs).count() == 0
            assert Stage.objects.filter(id__in=world.acme.stages.values()).count() == 3

    def test_a_row_for_a_foreign_tenant_cannot_be_written(self, world: SampleWorld):
        foreign = world.twin.id
        with pytest.raises(Exception, match="row-level security"), connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                set_tenant_scope([world.acme.id])
                cursor.execute("SELECT set_config('cxmap.change_set', 'x', true)")
                cursor.execute(
                    "INSERT INTO journeys_persona (id, workspace_id, stream_id, version, name,"
                    " summary) VALUES (gen_random_uuid(), %s, %s, 1, 'x', '')",
                    [foreign, foreign],
                )
            finally:
                cursor.execute("ROLLBACK")

    @pytest.mark.parametrize(
        ("sql", "refusal"),
        [
            ("UPDATE journeys_stage SET title = 'x'", "recorder|record"),
            ("DELETE FROM touchpoints_touchpoint", "record"),
            ("UPDATE changes_changeset SET action = 'x'", "is a log|record"),
            ("DELETE FROM changes_change", "is a log|record"),
            ("UPDATE workspaces_accessevent SET action = 'x'", "is a log"),
        ],
    )
    def test_raw_sql_outside_a_change_set_is_refused(self, world: SampleWorld, sql, refusal):
        with pytest.raises(Exception, match=refusal), connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                set_tenant_scope([world.acme.id])
                cursor.execute(sql)
            finally:
                cursor.execute("ROLLBACK")

    @pytest.mark.parametrize(
        "write",
        [
            lambda row: row.save(),
            lambda row: row.delete(),
            lambda row: Persona.objects.create(name="x"),
            lambda row: Persona.objects.update(name="x"),
            lambda row: Persona.objects.all().delete(),
            lambda row: Persona.objects.bulk_create([row]),
            lambda row: Persona.objects.bulk_update([row], ["name"]),
            lambda row: Persona.objects.get_or_create(name="x"),
        ],
    )
    def test_djangos_own_writes_are_refused(self, write):
        with pytest.raises(RuntimeError, match=r"change_set\(\)"):
            write(Persona(name="x"))
