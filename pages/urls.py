"""URLs of the pages that combine several apps."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from pages.views import (
    cases,
    contest,
    dashboard,
    departments,
    design,
    handoffs,
    journey_comments,
    journey_history,
    journey_list,
    journey_map,
    journey_outline,
    ownership,
    people,
    responsibilities,
    rules,
    settings,
    share_links,
    shared_journey,
    stage_owner,
    storyboard,
    versions,
)


class VersionConverter(IntConverter):
    """URL path converter for a version number, which has no leading zeros and fits into a bigint."""

    regex = "0|[1-9][0-9]{0,17}"


register_converter(VersionConverter, "version")
urlpatterns = [
    path("", journey_list.WorkspaceRedirectView.as_view(), name="start"),
    path("w/<slug:slug>/", journey_list.JourneyListView.as_view(), name="home"),
    path(
        "w/<slug:slug>/journeys/add/", journey_list.JourneyCreateView.as_view(), name="journey_add"
    ),
    path(
        "w/<slug:slug>/storyboards/",
        storyboard.StoryboardListView.as_view(),
        name="storyboards",
    ),
    path(
        "w/<slug:slug>/journeys/<uuid:journey_id>/storyboard/",
        storyboard.StoryboardView.as_view(),
        name="journey_storyboard",
    ),
    path("w/<slug:slug>/people/", people.PeopleView.as_view(), name="people"),
    path("w/<slug:slug>/library/", people.LibraryView.as_view(), name="library"),
    path("w/<slug:slug>/dashboard/", dashboard.DashboardView.as_view(), name="dashboard"),
    path(
        "w/<slug:slug>/dashboard/stages/",
        dashboard.DashboardStagesView.as_view(),
        name="dashboard_stages",
    ),
    path(
        "w/<slug:slug>/dashboard/stages.csv",
        dashboard.DashboardStagesCsvView.as_view(),
        name="dashboard_stages_csv",
    ),
    path(
        "w/<slug:slug>/dashboard/promises/",
        dashboard.DashboardPromisesView.as_view(),
        name="dashboard_promises",
    ),
    path("w/<slug:slug>/ownership/", ownership.OwnershipView.as_view(), name="ownership"),
    path("w/<slug:slug>/ownership/rules/", rules.RuleListView.as_view(), name="rules"),
    path("w/<slug:slug>/ownership/rules/<str:code>/", rules.RuleDetailView.as_view(), name="rule"),
    path("w/<slug:slug>/settings/", settings.SettingsView.as_view(), name="settings"),
    path("w/<slug:slug>/inbox/", ownership.InboxView.as_view(), name="inbox"),
    path("w/<slug:slug>/cases/", cases.CaseListView.as_view(), name="cases"),
    path("cases/<uuid:record_id>/", cases.CaseDetailView.as_view(), name="case"),
    path("contests/<uuid:record_id>/", contest.ContestView.as_view(), name="contest"),
    path("appeals/<uuid:record_id>/grant/", contest.AppealGrantView.as_view(), name="appeal_grant"),
    path(
        "stages/<uuid:record_id>/contest/",
        contest.StageContestView.as_view(),
        name="stage_contest",
    ),
    path(
        "stages/<uuid:record_id>/owner/",
        stage_owner.StageOwnerView.as_view(),
        name="stage_owner",
    ),
    path(
        "departments/<uuid:record_id>/",
        departments.DepartmentDetailView.as_view(),
        name="department",
    ),
    path("persons/<uuid:person_id>/", people.PersonDetailView.as_view(), name="person"),
    path(
        "journeys/<uuid:journey_id>/", journey_outline.JourneyOutlineView.as_view(), name="journey"
    ),
    path(
        "journeys/<uuid:journey_id>/map/", journey_map.JourneyMapView.as_view(), name="journey_map"
    ),
    path(
        "journeys/<uuid:journey_id>/print/",
        journey_map.JourneyPrintView.as_view(),
        name="journey_print",
    ),
    path(
        "journeys/<uuid:journey_id>/responsibilities/",
        responsibilities.ResponsibilitiesView.as_view(),
        name="journey_responsibilities",
    ),
    path(
        "journeys/<uuid:journey_id>/responsibilities.csv",
        responsibilities.ResponsibilitiesCsvView.as_view(),
        name="journey_responsibilities_csv",
    ),
    path(
        "journeys/<uuid:journey_id>/handoffs/",
        handoffs.JourneyHandOffsView.as_view(),
        name="journey_handoffs",
    ),
    path(
        "journeys/<uuid:journey_id>/history/",
        journey_history.JourneyHistoryView.as_view(),
        name="journey_history",
    ),
    path(
        "journeys/<uuid:journey_id>/comments/",
        journey_comments.JourneyCommentsView.as_view(),
        name="journey_comments",
    ),
    path(
        "journeys/<uuid:journey_id>/versions/<version:number>/",
        versions.VersionDetailView.as_view(),
        name="journey_version",
    ),
    path(
        "journeys/<uuid:journey_id>/versions/<version:number>/compare/",
        versions.VersionCompareView.as_view(),
        name="journey_compare",
    ),
    path(
        "journeys/<uuid:record_id>/versions/<version:number>/name/",
        versions.VersionNameView.as_view(),
        name="version_name",
    ),
    path(
        "journeys/<uuid:record_id>/versions/<version:number>/restore/",
        versions.VersionRestoreView.as_view(),
        name="version_restore",
    ),
    path(
        "journeys/<uuid:journey_id>/share/",
        share_links.ShareLinkListView.as_view(),
        name="journey_share",
    ),
    path(
        "share-links/<uuid:link_id>/revoke/",
        share_links.ShareLinkRevokeView.as_view(),
        name="share_revoke",
    ),
    path("s/<str:secret>/", shared_journey.SharedJourneyView.as_view(), name="shared"),
    path(
        "s/<str:secret>/comments", shared_journey.SharedCommentView.as_view(), name="shared_comment"
    ),
    path("s/<str:secret>/story", shared_journey.SharedStoryView.as_view(), name="shared_story"),
    path(
        "s/<str:secret>/snapshot",
        shared_journey.SharedSnapshotView.as_view(),
        name="shared_snapshot",
    ),
    path(
        "s/<str:secret>/pictures/<str:name>",
        shared_journey.SharedPictureView.as_view(),
        name="shared_picture",
    ),
    path("design/", design.design, name="design"),
]
