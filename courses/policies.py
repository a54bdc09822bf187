"""What courses decide about rights, on top of `organisations.policies`. Pure."""

from __future__ import annotations

from organisations.policies import Actor, Grant, Scope, may


def may_publish(actor: Actor, audience: str, office_path: str) -> bool:
    """For its own people an organisation publishes itself; for all others the office does."""
    return audience == "members" or may(actor, "course.publish", Scope(path=office_path))


def with_grants(actor: Actor, *, key: str, enrolled: bool, teaches: bool) -> Actor:
    """The actor, with what they are in the classes of one course."""
    grants = [*actor.grants]
    if enrolled:
        grants.append(Grant("enrolled", key))
    if teaches:
        grants.append(Grant("teach", key))
    return Actor(actor.person, actor.roles, tuple(grants), actor.superuser)
