"""The Studio: the house's colours and mark, and a menu with what authors need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from pages import people

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

FOR_ADMINISTRATORS = frozenset({"reports", "settings", "help"})


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("studio.css"))


@hooks.register("construct_main_menu")
def trim(request: HttpRequest, items: list[Any]) -> None:
    """Authors see pages, pictures and documents; the rest is for administrators of the whole."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in FOR_ADMINISTRATORS]


for action in (people.SetActive, people.Delete):
    hooks.register("register_bulk_action", action, order=1)  # after Wagtail's own of the same name


@hooks.register("register_admin_menu_item")
def back() -> MenuItem:
    return MenuItem(_("To the site"), "/?from=studio", name="site", icon_name="home", order=9_000)
