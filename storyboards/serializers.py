"""REST API serializers for frames and drawings."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, after_field, journey_field
from storyboards.models import Frame


class FrameSerializer(RecordSerializer):
    journey = journey_field()
    after = after_field("frame")
    drawing = serializers.UUIDField(
        source="drawing_id",
        read_only=True,
        allow_null=True,
        help_text="Its drawing. Frames may share one until one of them is drawn on.",
    )
    drawn = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The version of the drawing that is pictured."
    )
    picture = serializers.UUIDField(
        source="picture_id",
        read_only=True,
        allow_null=True,
        help_text="The file with the picture of the drawing (see `/files/{id}/content`).",
    )

    class Meta:
        model = Frame
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "step",
            *Frame.op_fields,
            "position",
            "drawing",
            "drawn",
            "picture",
            "after",
        )
        read_only_fields: ClassVar = ("position",)


class FrameDrawingSerializer(serializers.Serializer):
    drawing = serializers.UUIDField(help_text="A drawing that only this frame shows.")


class ExcalidrawFileSerializer(serializers.Serializer):
    type = serializers.CharField(help_text="Always `excalidraw`.")
    version = serializers.IntegerField(help_text="The version of the format: 2.")
    source = serializers.CharField(help_text="The program that saved the file.")
    elements = serializers.ListField(child=serializers.DictField())
    appState = serializers.DictField(help_text="How it is shown. Ignored by an import.")
    files = serializers.DictField(
        child=serializers.DictField(), help_text="The pictures as data URLs, by `fileId`."
    )


class FileAddressSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="The path of the picture.")


class DrawingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    elements = serializers.ListField(
        child=serializers.DictField(), help_text="Elements of Excalidraw, also deleted ones."
    )
    records = serializers.DictField(
        child=serializers.CharField(),
        help_text="The ids of the elements by those of their records, which change sets name.",
    )
    files = serializers.DictField(
        child=FileAddressSerializer(), help_text="The uploaded pictures, by `fileId`."
    )


class DrawingChangeSerializer(serializers.Serializer):
    elements = serializers.ListField(
        child=serializers.DictField(),
        help_text="The elements of Excalidraw that changed, each of them whole.",
    )


class DrawingUpdateSerializer(serializers.Serializer):
    version = serializers.IntegerField(help_text="The version of the drawing.")
    lost = serializers.ListField(
        child=serializers.DictField(),
        help_text="The stored elements that are newer than the sent ones with the same id.",
    )


class DrawingVersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(min_value=1)


class DrawingRestoreSerializer(DrawingVersionSerializer):
    source = serializers.UUIDField(
        required=False, help_text="The drawing that has this version, if it isn't this one."
    )


class ImageSerializer(serializers.Serializer):
    file_id = serializers.UUIDField(help_text="The `fileId` of image elements that show it.")
    url = serializers.CharField(help_text="The path of the picture.")
    width = serializers.IntegerField(help_text="In pixels.")
    height = serializers.IntegerField(help_text="In pixels.")


class FramePictureSerializer(serializers.Serializer):
    svg = serializers.CharField(help_text="The drawing as SVG. It is sanitized.")
    drawn = serializers.IntegerField(
        min_value=0, help_text="The version of the drawing that it shows."
    )


class FrameSittingSerializer(serializers.Serializer):
    picture = serializers.UUIDField(
        help_text="The file with the picture (see `/files/{id}/content`)."
    )
    drawn = serializers.IntegerField(help_text="The version of the drawing that it shows.")
    at = serializers.DateTimeField()
    who = serializers.CharField(help_text="The name of who drew it.")


class FramePicturesSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True, help_text="The URL of the next page.")
    previous = serializers.CharField(allow_null=True)
    results = FrameSittingSerializer(many=True)
