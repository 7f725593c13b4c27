import traceback
from bench import storyboards as b, live
from workspaces.models import User
from changes.live.authorization import authorize_socket
j, d = b.two_drawers()
u = User.objects.order_by("-date_joined").first() if hasattr(User, "date_joined") else User.objects.last()
for u in User.objects.filter(email__endswith=".test"):
    for kind, i in (("drawing", d), ("journey", j.id)):
        try:
            print(u.email, kind, authorize_socket(u, "x", kind, i).membership)
        except Exception:
            traceback.print_exc(limit=-3)
