"""Touchpoints, channels and promises, for programs; touchpoints also in bulk, from other systems."""

from typing import ClassVar

from django.urls import path

from changes.rest.records import RecordDetail, RecordDoor, RecordList
from touchpoints.models import Channel, Promise, Touchpoint
from touchpoints.serializers import ChannelSerializer, PromiseSerializer, TouchpointSerializer

STEP = "019ab1c2-d3e4-7f50-8a6b-000000000021"


class TouchpointDoor(RecordDoor):
    read = ("touchpoints:read",)
    write = ("touchpoints:write",)


class Channels(TouchpointDoor):
    model = Channel
    serializer = ChannelSerializer
    example: ClassVar = {"name": "Shop", "glyph": "store"}


class ChannelList(Channels, RecordList):
    pass


class ChannelDetail(Channels, RecordDetail):
    pass


class Touchpoints(TouchpointDoor):
    model = Touchpoint
    serializer = TouchpointSerializer
    example: ClassVar = {
        "step": STEP,
        "lane": "019ab1c2-d3e4-7f50-8a6b-000000000031",
        "title": "Asks in the shop",
        "emotion": -1,
        "emotion_label": "confused",
        "is_moment_of_truth": True,
    }


class TouchpointList(Touchpoints, RecordList):
    home = "step"
    where: ClassVar = {
        "journey": "step__stage__journey",
        "stage": "step__stage",
        "step": "step",
        "lane": "lane",
        "department": "lane__department",
        "channel": "channel",
        "source": "source",
        "external_id": "external_id",
        "is_moment_of_truth": "is_moment_of_truth",
    }


class TouchpointDetail(Touchpoints, RecordDetail):
    pass


class Promises(TouchpointDoor):
    model = Promise
    serializer = PromiseSerializer
    example: ClassVar = {
        "title": "Live in a day",
        "made_in": STEP,
        "tested_in": STEP,
        "status": "broken",
        "evidence": "61 h at the median",
    }


class PromiseList(Promises, RecordList):
    home = "made_in"
    where: ClassVar = {"journey": "stream", "status": "status"}


class PromiseDetail(Promises, RecordDetail):
    pass


urlpatterns = [
    path("channels", ChannelList.as_view(), name="api_channels"),
    path("channels/<uuid:id>", ChannelDetail.as_view(), name="api_channel"),
    path("touchpoints", TouchpointList.as_view(), name="api_touchpoints"),
    path("touchpoints/<uuid:id>", TouchpointDetail.as_view(), name="api_touchpoint"),
    path("promises", PromiseList.as_view(), name="api_promises"),
    path("promises/<uuid:id>", PromiseDetail.as_view(), name="api_promise"),
]
