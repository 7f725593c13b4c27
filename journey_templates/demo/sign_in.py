"""The users of the demo and their password, which is random and the same for all of them."""

from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from workspaces.models import User

SLUGS = ("fjordline", "harbour-house")
PUBLISHED_PASSWORD = "fjord-and-harbour"  # noqa: S105  (the demo's password in earlier versions)


def new_password() -> str:
    return token_urlsafe(9)


def demo_email(name: str, slug: str) -> str:
    """Return the e-mail address of a person in the demo: their first name without accents."""
    plain = name.lower().translate(str.maketrans("áéíóúřžáčšý", "aeiourzacsy"))
    return f"{plain.split()[0]}@{slug}.example"


def demo_users() -> QuerySet[User]:
    """Return the demo's users. No other user has an address in these .example domains."""
    return User.objects.filter(email__regex=rf"@({'|'.join(SLUGS)})\.example$")


def has_published_password() -> bool:
    return any(user.check_password(PUBLISHED_PASSWORD) for user in demo_users())


def set_password(password: str) -> None:
    """Set the password of all demo users. This also ends their sessions."""
    demo_users().update(password=make_password(password))
