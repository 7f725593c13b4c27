from django.urls import path

from storyboards.views import PictureView

urlpatterns = [
    path("w/<slug:slug>/pictures/<str:name>", PictureView.as_view(), name="picture"),
]
