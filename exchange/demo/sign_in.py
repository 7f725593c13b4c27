"""How people sign in to the demo: one password for all, random in each instance."""

from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from workspaces.models import User

SLUGS = ("fjordline", "aurora")
PUBLISHED_PASSWORD = "fjord-and-harbour"  # noqa: S105  (of every demo in earlier versions)


def new_password() -> str:
    return token_urlsafe(9)


def email_of(name: str, slug: str) -> str:
    """Return the address of somebody in the demo: the first name, without accents."""
    plain = name.lower().translate(str.maketrans("áéíóúřžáčšý", "aeiourzacsy"))
    return f"{plain.split()[0]}@{slug}.example"


def demo_users() -> QuerySet[User]:
    """Return everybody who signs in to the demo; no address outside it ends like theirs."""
    return User.objects.filter(email__regex=rf"@({'|'.join(SLUGS)})\.example$")


def has_published_password() -> bool:
    return any(user.check_password(PUBLISHED_PASSWORD) for user in demo_users())


def set_password(password: str) -> None:
    """Give everybody in the demo a password; their sessions end with the old one."""
    demo_users().update(password=make_password(password))
