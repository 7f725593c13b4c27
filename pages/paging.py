"""Pagination of lists into numbered pages."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from core.ids import find_uuid
from core.integers import parse_integer

PAGE_SIZE = 50


def get_page(request: HttpRequest, paginator: "Paginator[Any]", name: str = "page") -> "Page[Any]":
    """Return the page whose number is in the parameter `name` of the query string.

    Return the first page if it isn't a number, and the last page if there is no page with this number.
    """
    return paginator.get_page(parse_integer(request.GET.get(name, "")))


def get_page_at(
    request: HttpRequest, rows: QuerySet[Any], per_page: int = PAGE_SIZE, name: str = "page"
) -> "Page[Any]":
    """Return the page with the record whose id is in `?at=`.

    If `rows` has no such record, return the same page as get_page().
    """
    paginator = Paginator(rows, per_page)
    record_id = find_uuid(request.GET.get("at", ""))
    if record_id and paginator.num_pages > 1:
        ids = list(rows.values_list("pk", flat=True))
        if record_id in ids:
            return paginator.page(ids.index(record_id) // per_page + 1)
    return get_page(request, paginator, name)


class WeightedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of consecutive objects whose weights add up to at most `per_page`.

    An object whose weight is higher has a page of its own.
    """

    def __init__(self, objects: Sequence[Any], weights: Iterable[int], per_page: int) -> None:
        super().__init__(objects, per_page)
        self.objects = objects
        self.starts = [0]  # the index of each page's first object
        page_weight = 0
        for index, weight in enumerate(weights):
            if page_weight and page_weight + weight > per_page:
                self.starts.append(index)
                page_weight = 0
            page_weight += weight

    @property
    def num_pages(self) -> int:  # type: ignore[override]
        return len(self.starts)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the indexes of a page's first object, and of the object after its last."""
        bounds = [*self.starts, len(self.objects)]
        return bounds[number - 1], bounds[number]

    def page(self, number: Any) -> "Page[Any]":
        number = self.validate_number(number)
        first, end = self.bounds(number)
        return WeightedPage(self.objects[first:end], number, self)

    def number_of(self, item: Any) -> int:
        """Return the number of the page with this object."""
        index = self.objects.index(item)
        return sum(start <= index for start in self.starts)


class WeightedPage(Page):  # type: ignore[type-arg]
    """A page of a WeightedPaginator."""

    paginator: WeightedPaginator

    def start_index(self) -> int:
        first, end = self.paginator.bounds(self.number)
        return first + 1 if end > first else 0

    def end_index(self) -> int:
        return self.paginator.bounds(self.number)[1]
