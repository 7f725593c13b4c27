"""Users, workspaces, members, invitations and tokens, the log of changes to access, files and jobs."""

from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from core.search import SearchName


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create and return a user with a lowercase e-mail address.

        Without `password`, the user can't sign in with a password.
        """
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser):
    """A login. Its rights depend on its `Member` rows, and its responsibilities on a `Person`."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("System")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    language = models.CharField(max_length=12, blank=True)  # empty: the browser's
    time_zone = models.CharField(max_length=64, blank=True)  # empty: the workspace's
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    search_name = models.GeneratedField(  # of what __str__() returns
        expression=SearchName(Coalesce(NullIf("name", models.Value("")), "email")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes: ClassVar = [models.Index(fields=["search_name"], name="user_by_search_name")]

    def __str__(self) -> str:
        return self.name or self.email

    def override_language(self) -> AbstractContextManager[None]:
        """Return a context manager that activates this user's language, for texts sent to them."""
        return translation.override(self.language or settings.LANGUAGE_CODE)


class Workspace(models.Model):
    """A tenant. `settings` can override the thresholds of the audit (ownership/thresholds.py).

    Days begin and end in `time_zone`, an IANA name. End dates are inclusive.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    settings = models.JSONField(default=dict, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """A named set of rights (access.ROLE_RIGHTS). Roles are not ranks: none includes all others."""

    VIEWER = "viewer", _("Viewer")
    EDITOR = "editor", _("Editor")
    EXECUTIVE = "executive", _("Executive")
    OMBUDSMAN = "ombudsman", _("Ombudsman")
    ADMIN = "admin", _("Admin")


class Member(models.Model):
    """A login in a workspace, with a role.

    A membership can end (`left_at`) but is never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "user"],
                condition=models.Q(left_at=None),
                name="one_membership_per_login",
                violation_error_message=_("This person is already a member."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """An offer to become a member.

    Its link contains a secret. Only the digest of the secret is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Demotion(models.Model):
    """A request to take the role of ombudsman from a member, which another admin has to confirm.

    Protected by row-level security. `role` is the member's new role, or empty to end the membership. `settled_at` is
    when the demotion was confirmed or withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices, blank=True, default="")
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("asked_by")),
                name="demotion_needs_two_admins",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "asked_at"], name="demotions")]


class Token(models.Model):
    """An API credential. The secret is shown once; only its SHA-256 digest is stored."""

    class Kind(models.TextChoices):
        PERSONAL = "pat", _("Personal")
        SERVICE = "svc", _("Service")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                # A personal token is limited by its member's role; a service token has no member.
                condition=models.Q(kind="pat", member__isnull=False)
                | models.Q(kind="svc", member=None),
                name="personal_token_has_member",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class File(models.Model):
    """A file that was uploaded or made by a job.

    It never changes. Protected by row-level security. Its content is in Django's default storage, at a path
    derived from its SHA-256 (workspaces/files.py). A token needs all of the `scopes` to read it, for example
    `touchpoints:read`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    media_type = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # The app that made it, and that deletes it when nothing refers to it any more.
    purpose = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "sha256"], name="file_content"),
            models.Index(
                fields=["workspace", "purpose", "created_at"],
                condition=~models.Q(purpose=""),
                name="file_purpose",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The path of the content in the storage. Files with the same content share it."""
        return content_path(self.workspace_id, self.sha256)


def content_path(workspace_id: Any, sha256: str) -> str:
    return f"{workspace_id}/{sha256[:2]}/{sha256}"


class Job(models.Model):
    """A background job that runs in slices (workspaces/jobs.py).

    Protected by row-level security. `plan` has an argument for each slice, and `done` is the number of
    completed slices.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Canceled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    plan = models.JSONField(default=list)
    done = models.IntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)  # at the current slice
    queued_at = models.DateTimeField(default=timezone.now)
    is_cancel_requested = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True)
    message = models.TextField(
        blank=True
    )  # the error message, in the language of the member who started it
    result = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "queued_at"],
                condition=models.Q(finished_at=None),
                name="unfinished_jobs",
            ),
            models.Index(fields=["workspace", "-id"], name="newest_jobs"),
        ]

    @property
    def total(self) -> int:
        """The number of slices, or 0 before the job has started."""
        return len(self.plan)


class AccessEvent(models.Model):
    """An entry in the log of changes to workspaces, members, invitations, tokens, share links and webhooks.

    A database trigger makes the log append-only.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=7)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)
