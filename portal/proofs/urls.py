"""Addresses of the log and of openings."""

from __future__ import annotations

from django.urls import path, re_path

from portal.proofs import openings, tiles, views

app_name = "proofs"
urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/checkpoint", tiles.checkpoint, name="checkpoint"),
    re_path(r"^log/tile/(?P<path>[0-9a-z/.]{5,80})$", tiles.tile, name="tile"),
    path("log/proof/<int:index>", tiles.proof, name="proof"),
    path("log/consistency/<int:old>/<int:new>", tiles.consistency, name="consistency"),
    path("log/keys", views.keys, name="keys"),
    path("log/anchors", views.all_anchors, name="anchors"),
    path("log/at/<int:size>", views.at, name="at"),
    path("log/release/<uuid:release>/hashes", tiles.leaf_hashes, name="hashes"),
    path("row/<slug:kind>/<uuid:pk>/opening.json", openings.opening, name="opening"),
]
