"""Addresses of public pages."""

from __future__ import annotations

from django.urls import path, re_path

from portal.pages import documents, rowpage, views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^r/(?P<code>[0-9]{12})/$", views.region_page, name="region"),
    re_path(r"^r/(?P<code>[0-9]{12})/(?P<section>[a-z]{2,20})/$", views.section_page, name="section"),
    path("row/<slug:kind>/<uuid:pk>/", rowpage.row_page, name="row"),
    path("doc/<uuid:pk>/<int:number>", documents.document_page, name="document"),
    re_path(
        r"^doc/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<number>[0-9]{1,3})(?P<size>-m|-s|)\.webp$",
        documents.picture,
        name="picture",
    ),
    path("about/", views.about, name="about"),
    path("big", views.big, name="big"),
    re_path(r"^style/(?P<edition>[0-9a-f]{1,32})\.css$", views.stylesheet, name="style"),
]
