"""Job kinds, which apps register in their jobs.py. workspaces/jobs.py runs the jobs."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.utils.translation import gettext

from core.actors import READ, Actor
from core.errors import InvalidRequest
from core.text import Text
from workspaces.models import File, Job


class JobKind(ABC):
    """Base class for job kinds. Actors need `right` and all of `scopes` to start or see such a job."""

    name: ClassVar[str]  # stored, and part of the API: never renamed
    label: ClassVar[Text]
    right: ClassVar[str] = READ
    scopes: ClassVar[tuple[str, ...]]

    def read_parameters(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters to store. Raise InvalidRequest if they are not valid."""
        if sent:
            raise InvalidRequest.at(
                "/parameters",
                "unknown-field",
                gettext("This kind of job takes no parameters. Remove them."),
            )
        return {}

    @abstractmethod
    def plan(self, job: Job) -> list[Any]:
        """Return a list with a JSON argument for each slice. Called in a tenant scope."""

    @abstractmethod
    def run_slice(self, job: Job, argument: Any, actor: Actor) -> None:
        """Run one slice.

        It writes under the actor's gesture, and may run more than once. Files that it stores are parts of the
        result, and are deleted when the job ends.
        """

    @abstractmethod
    def finish(self, job: Job, parts: list[File], actor: Actor) -> File | None:
        """Return the result file, assembled from the parts, or None. May run more than once."""


JOB_KINDS: dict[str, JobKind] = {}


def register_job_kind(kind: type[JobKind]) -> type[JobKind]:
    JOB_KINDS[kind.name] = kind()
    return kind


def visible_kinds(actor: Actor) -> list[str]:
    """Return the names of the job kinds that the actor may start and see."""
    return [name for name, kind in JOB_KINDS.items() if actor.can(kind.right, *kind.scopes)]
