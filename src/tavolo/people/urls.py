"""The room's addresses."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from tavolo.people import routes as declared  # noqa: F401 - declares the policies
from tavolo.people import views, views_access, views_constituencies, views_profile

app_name = "people"

ONE = "organizzazioni/<uuid:organisation_id>/"

urlpatterns = [
    path("organizzazioni/", views.organisations, name="organisations"),
    path("organizzazioni/nuova/", views.register, name="register"),
    path(ONE, views.organisation, name="organisation"),
    path(f"{ONE}modifica/", views.edit, name="edit"),
    path(f"{ONE}persone/", views.members, name="members"),
    path(f"{ONE}persone/<uuid:membership_id>/termina/", views.end_membership, name="end_membership"),
    path(f"{ONE}inviti/", views.invite, name="invite"),
    path(f"{ONE}imprese/", views.firms, name="firms"),
    path(f"{ONE}imprese/<uuid:affiliation_id>/termina/", views.end_affiliation, name="end_affiliation"),
    path(f"{ONE}iscritti/", views.union_members, name="union_members"),
    path(
        f"{ONE}iscritti/<uuid:union_membership_id>/termina/",
        views.end_union_membership,
        name="end_union_membership",
    ),
    path(f"{ONE}platee/", views_constituencies.constituencies, name="constituencies"),
    path("platee/<uuid:constituency_id>/", views_constituencies.constituency, name="constituency"),
    path("platee/<uuid:constituency_id>/ritira/", views_constituencies.retire, name="retire_constituency"),
    path("inviti/<uuid:invitation_id>/ritira/", views.revoke_invitation, name="revoke_invitation"),
    path("invito/", views_access.invitation, name="invitation"),
    path("invito/<str:token>/", views_access.open_invitation, name="open_invitation"),
    path("profilo/", views_profile.profile, name="profile"),
    path("profilo/dati/", views_profile.my_data, name="my_data"),
    path("profilo/cancellazione/", views_profile.erase, name="erase"),
    path(
        "profilo/iscrizioni/<uuid:union_membership_id>/termina/",
        views_profile.leave_union,
        name="leave_union",
    ),
    path("profilo/ruoli/<uuid:membership_id>/termina/", views_profile.leave_role, name="leave_role"),
    path("profilo/chiavi/", views_profile.tokens, name="tokens"),
    path("profilo/chiavi/<uuid:token_id>/revoca/", views_profile.revoke_token, name="revoke_token"),
]

if settings.DEMO:
    from tavolo.people import personas

    urlpatterns += [
        path("persone/", personas.choose, name="personas"),
        path("persone/<uuid:account_id>/", personas.step_into, name="step_into"),
    ]
