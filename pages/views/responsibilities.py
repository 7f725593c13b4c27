"""The matrix of who takes part in the stages of a journey, and its CSV file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext

from changes.record_views import render_form_page, submit_form
from core.actors import DRAW, Actor
from core.errors import PreconditionFailed
from core.form_idempotency import with_form_idempotency
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from journeys.models import Journey
from ownership import services
from ownership.contributor_forms import ColumnForm, MatrixForm
from ownership.contributors import MAX_CELLS, Cell
from ownership.models import Contributor
from pages.paging import get_page
from pages.queries.responsibilities import Matrix, matrix_csv, responsibility_matrix
from pages.views.journey_outline import JourneyPageView
from workspaces.page_views import see_other


class ResponsibilitiesView(JourneyPageView):
    """The matrix as a form. One POST saves the cells of the page that were changed.

    With `verb=add`, a POST adds a column for the picked department or person and keeps what was chosen.
    """

    tab = "responsibilities"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            matrix = responsibility_matrix(journey.pk)
            columns = ColumnForm(workspace_id=journey.workspace_id)
            return self.render_page(journey, actor, matrix, self.build_form(matrix), columns)

    def post(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        actor.require(DRAW)
        with ensure_tenant_scope(self.caller.workspace_ids):
            columns = ColumnForm(request.POST, workspace_id=journey.workspace_id)
            added = request.POST.getlist("column")
            if columns.is_valid() and self.is_adding:
                added += [
                    f"{name.removeprefix('add_')}.{row.pk}"
                    for name, row in columns.cleaned_data.items()
                    if row is not None
                ]
            matrix = responsibility_matrix(journey.pk, added)
            form = self.build_form(matrix, request.POST)
            is_valid = form.is_valid() and columns.is_valid()
            if self.is_adding:
                is_refused = bool(columns.errors)
                if not is_refused:
                    columns = ColumnForm(workspace_id=journey.workspace_id)
                return self.render_page(journey, actor, matrix, form, columns, refused=is_refused)
        try:
            if is_valid and submit_form(form, lambda: self.save(journey, actor, matrix, form)):
                messages.success(request, gettext("Saved."))
                return see_other(request.get_full_path())
        except PreconditionFailed:  # someone else saved first: compare again
            return self.post(request, journey_id)
        return self.render_page(journey, actor, matrix, form, columns, refused=True)

    @property
    def is_adding(self) -> bool:
        return self.request.POST.get("verb") == "add"

    def save(self, journey: Journey, actor: Actor, matrix: Matrix, form: MatrixForm) -> None:
        """Save the cells that were changed, unless somebody else has changed them meanwhile."""
        changed = form.changed_parts()
        before = {cell: matrix.parts.get(cell, "") for cell in changed}
        actor = with_form_idempotency(self.request, actor)
        if changed:
            services.responsibilities_update(
                journey_id=journey.pk,
                parts=changed,
                actor=while_parts_unchanged(journey.pk, before, actor),
            )

    def build_form(self, matrix: Matrix, data: Any = None) -> MatrixForm:
        cells = {
            column.cell(stage.pk): (
                f"{column.key}.{stage.pk}",
                gettext("{name} in “{stage}”").format(
                    name=isolated(column.record.name), stage=isolated(stage.title)
                ),
            )
            for stage in self.get_page(matrix).object_list
            for column in matrix.columns
        }
        return MatrixForm(data, cells=cells, parts=matrix.parts)

    def get_page(self, matrix: Matrix) -> Any:
        per_page = max(1, MAX_CELLS // max(1, len(matrix.columns)))
        return get_page(self.request, Paginator(matrix.stages, per_page))

    def render_page(
        self,
        journey: Journey,
        actor: Actor,
        matrix: Matrix,
        form: MatrixForm,
        column_form: ColumnForm,
        *,
        refused: bool = False,
    ) -> HttpResponse:
        with ensure_tenant_scope(self.caller.workspace_ids):
            page = self.get_page(matrix)
            labels = dict(Contributor.Part.choices)
            context = {
                **self.header_context(journey, actor),
                "page": page,
                "columns": matrix.columns,
                "rows": [
                    {
                        "stage": stage,
                        "standing": matrix.standings[stage.pk],
                        "cells": [
                            {
                                "field": form[form.names[column.cell(stage.pk)]],
                                "label": labels.get(matrix.part(stage, column), ""),
                            }
                            for column in matrix.columns
                        ],
                    }
                    for stage in page.object_list
                ],
                "form": form,
                "column_form": column_form,
            }
            return render_form_page(
                self.request, "journeys/responsibilities.html", context, refused=refused
            )


def while_parts_unchanged(journey_id: UUID, parts: Mapping[Cell, str], actor: Actor) -> Actor:
    """Return the actor with the precondition that these cells of the matrix still have these parts."""

    def check() -> None:
        current = responsibility_matrix(journey_id).parts
        if any(current.get(cell, "") != part for cell, part in parts.items()):
            raise PreconditionFailed("")

    return actor.with_precondition(check)


class ResponsibilitiesCsvView(JourneyPageView):
    """The matrix as a CSV file."""

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, _actor = self.get_journey(journey_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            text = "".join(matrix_csv(responsibility_matrix(journey.pk)))
        name = slugify(journey.title) or "journey"
        return HttpResponse(
            text,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}-responsibilities.csv"'},
        )
