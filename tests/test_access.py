"""Every address of the staff's site × every role × other people's objects: as if they did not exist.

The walk reads the site's own resolver: a new inner address is covered by itself, or, when it takes a
parameter nobody gave a sample for, the test fails and asks for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, resolve
from django.utils import timezone

from complaints.models import DeadlineRule, Office
from portal.catalogue.models import CatalogueItem
from portal.codes.actions import code_for_region
from portal.codes.models import Code
from portal.duties.models import Assignment, Duty, Participation
from portal.imports.models import Upload
from portal.outbox.models import Effect
from portal.people.models import INSPECTORS, Appointment, Role, User
from portal.places.models import Body, Region
from portal.releases.models import Erasure, Ground, NamesOrder, Release, State
from tests.builders import NOW, make_item, make_release
from tests.county import body_of, make_cast, make_person, make_places
from tests.portal.duties.owed import assign, make_duty, take_part
from tests.portal.imports.uploads import line, make_upload, processed

pytestmark = pytest.mark.django_db

ROOT = "/manage/"
# Addresses without an object; anybody may ask for them, and what they list is tested below.
WITHOUT_OBJECT = {
    "app_label": "releases",
    "url": "nothing/like/this",
    "item_code": "MS-P02",
    "attachment_id": "01890000-0000-7000-8000-000000000000",
    "number": "1",
    "kind": "payments",
    "row_id": "01890000-0000-7000-8000-000000000000",
}
# Parameters that name an object of the address's own model, and those that name another model's.
OWN = {"object_id", "id"}
OTHER: dict[str, type[models.Model]] = {"release_id": Release, "region_id": Region}
OBJECT_PARAMETERS = OWN | OTHER.keys()
# Belongs to no place: the catalogue, the offices that take in reports and their time limits are public.
EVERYBODYS: set[type[models.Model]] = {CatalogueItem, DeadlineRule, Office}


@dataclass(frozen=True)
class Address:
    """One pattern of the site: its path with `{name}` for parameters, and the model it belongs to."""

    template: str
    parameters: tuple[str, ...]
    model: type[models.Model] | None

    def of(self, pk: object) -> str:
        """Return the address of an object."""
        told = {name: WITHOUT_OBJECT.get(name, str(pk)) for name in self.parameters}
        return ROOT + self.template.format(**told)


def addresses() -> Iterator[Address]:
    """Yield every address of the staff's site."""
    yield from _walk(admin.site.get_urls(), "", None)


def _walk(
    patterns: list[URLPattern | URLResolver], before: str, model: type[models.Model] | None
) -> Iterator[Address]:
    owners = {f"{m._meta.app_label}/{m._meta.model_name}/": m for m in admin.site._registry}
    for pattern in patterns:
        text = before + _as_template(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text, owners.get(text, model))
            continue
        parameters = tuple(re.findall(r"\{(\w+)\}", text))
        others = [OTHER[name] for name in parameters if name in OTHER]
        yield Address(text, parameters, others[0] if others else model)


def _as_template(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text) if "(?P" not in text else text
    return re.sub(r"\(\?P<(\w+)>[^()]*\)", r"{\1}", text).replace("^", "").replace("$", "")


ADDRESSES = list(addresses())
OF_OBJECTS = [one for one in ADDRESSES if OBJECT_PARAMETERS & set(one.parameters)]


def own_staff(role: Role) -> User:
    """Return somebody of 彬江镇 (of the county where the role stands there) in a role."""
    cast, places = make_cast(), make_places()
    if role == Role.ADMINISTRATOR:
        return make_person("own-admin", "黄管理", role, body_of(places.binjiang))
    if role in INSPECTORS:
        return make_person(f"own-{role}", "黄纪检", role, body_of(places.binjiang))
    if role == Role.COUNTY_REVIEWER:
        # Another county: for a reviewer of the own one, both townships are the own place.
        return make_person("far-reviewer", "黄县审", role, _far_body())
    return {Role.CLERK: cast.clerk, Role.TOWNSHIP_REVIEWER: cast.township_reviewer}[role]


def _far_body() -> Body:
    city = make_places().city
    county, _ = Region.objects.get_or_create(
        code="360981000000",
        defaults={
            "name": "丰城市",
            "short_name": "丰城市",
            "stem": "丰城",
            "level": "county",
            "parent": city,
        },
    )
    return Body.objects.get_or_create(
        code=county.code, defaults={"name": "丰城市人民政府", "region": county}
    )[0]


def foreign(model: type[models.Model]) -> list[models.Model]:
    """Return objects of 西村镇 of each model, releases in every state."""
    places, cast = make_places(), make_cast()
    if model is Release:
        home = body_of(places.xicun)
        lines: dict[str, Any] = {"body": home, "rows": 0}
        found = []
        for number, state in enumerate(State.values):
            year = str(2020 + number)
            found.append(make_release(state=State(state), period=year, is_nil=True, **lines))
        return list(found)
    makers: dict[type[models.Model], Callable[[], list[models.Model]]] = {
        User: lambda: [cast.stranger, cast.strange_reviewer],
        Appointment: lambda: list(
            Appointment.objects.filter(user__in=[cast.stranger, cast.strange_reviewer])
        ),
        Body: lambda: [body_of(places.xicun), body_of(places.guoqiao)],
        Region: lambda: [places.xicun, places.guoqiao],
        Upload: _foreign_uploads,
        Effect: _effects,
        Duty: lambda: [make_duty(places.xicun), make_duty(places.guoqiao)],
        Participation: lambda: [take_part(places.xicun), take_part(places.guoqiao)],
        Assignment: lambda: [assign(places.xicun), assign(places.guoqiao)],
        Erasure: _foreign_erasures,
        NamesOrder: _orders,
        Code: lambda: [code_for_region(places.xicun), code_for_region(places.guoqiao)],
    }
    assert model in makers, f"give tests/test_access.py samples of {model.__name__} of another place"
    return makers[model]()


def _foreign_erasures() -> list[models.Model]:
    """Return an erasure that waits, of a row of 西村镇, asked for by its clerk."""
    cast, places = make_cast(), make_places()
    known = Erasure.objects.filter(asked_by=cast.stranger).first()
    if known is None:
        release = make_release(body=body_of(places.xicun), rows=0, period="2019", is_nil=True)
        told: dict[str, Any] = {"rows": [uuid4()], "groups": ["who"], "ground": Ground.LAW}
        known = Erasure.objects.create(release=release, asked_by=cast.stranger, asked_at=NOW, **told)
    return [known]


def _effects() -> list[models.Model]:
    """Return an effect that waits and a dead one: they belong to no township."""
    waiting, _ = Effect.objects.get_or_create(key="access:waiting", defaults={"topic": "mail"})
    died = {"topic": "mail", "attempts": 12, "dead_at": timezone.now(), "error": "OSError"}
    dead, _ = Effect.objects.get_or_create(key="access:dead", defaults=died)
    return [waiting, dead]


def _orders() -> list[models.Model]:
    """Return an order of the county: it belongs to no township, and to no other county."""
    told = {"item": make_item(), "after": "masked", "reason": "因为", "asked_at": NOW}
    asked_by = make_cast().administrator
    return [NamesOrder.objects.create(places=[make_places().county.prefix], asked_by=asked_by, **told)]


def _foreign_uploads() -> list[models.Model]:
    """Return uploads of a clerk of 西村镇, checked and refused, and of a colleague for the own township."""
    places, cast = make_places(), make_cast()
    told: dict[str, Any] = {"by": cast.stranger, "body": body_of(places.xicun)}
    right, wrong = line(1, 村代码="国桥村"), line(2, 村代码="国桥村", 补贴金额="abc")
    colleague = make_upload([line(3)], by=cast.county_clerk, body=body_of(places.binjiang))
    return [processed(make_upload([right], **told)), processed(make_upload([wrong], **told)), colleague]


def absent(model: type[models.Model]) -> object:
    """Return a key that no object has."""
    return uuid4() if isinstance(model._meta.pk, models.UUIDField) else 987_654_321


def answer(client: Client, method: str, url: str, pk: object) -> tuple[int, str, str]:
    """Return what an address answers, with the asked key and the form's token taken out."""
    data = {"reason": "因为", "level": "township", "name": "新名字"} if method == "post" else None
    response = getattr(client, method)(url, data)
    body = response.content.decode()
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    return (
        response.status_code,
        response.headers.get("Location", "").replace(f"/{pk}/", "/KEY/"),
        body.replace(f"/{pk}/", "/KEY/"),
    )


def test_the_walk_finds_the_addresses_it_must() -> None:
    found = {address.template for address in ADDRESSES}
    assert "releases/release/{object_id}/approve/" in found
    assert "releases/release/{object_id}/rows/" in found
    assert "people/user/{id}/password/" in found
    assert "people/user/{object_id}/history/" in found
    assert "places/body/{object_id}/delete/" in found


def test_every_parameter_has_a_sample() -> None:
    known = OBJECT_PARAMETERS | WITHOUT_OBJECT.keys()
    unknown = {address.template for address in ADDRESSES if set(address.parameters) - known}
    assert not unknown, f"give tests/test_access.py samples for the parameters of {unknown}"


def test_every_address_of_an_object_belongs_to_a_model() -> None:
    assert not [address.template for address in OF_OBJECTS if address.model is None]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_role_gets_in_and_finds_its_own(role: Role, client: Client) -> None:
    client.force_login(own_staff(role))
    assert client.get("/manage/").status_code == 200
    own = "places/body" if role == Role.ADMINISTRATOR else "releases/release"
    assert client.get(f"/manage/{own}/").status_code == 200


def test_templates_of_addresses_resolve() -> None:
    for address in ADDRESSES:
        url = address.of(absent(address.model) if address.model else "")
        assert resolve(url).namespace == "admin", url


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.template or "index")
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_sees_nothing_but_the_sign_in(address: Address, method: str, client: Client) -> None:
    url = address.of(absent(address.model) if address.model else "")
    response = getattr(client, method)(url)
    if url == "/manage/login/":
        assert response.status_code == 200
        return
    assert response.status_code == 302
    wanted = "/manage/" if url == "/manage/logout/" else "/manage/login/"
    assert response.headers["Location"].startswith(wanted)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_another_places_object_is_answered_like_one_that_does_not_exist(role: Role, client: Client) -> None:
    user = own_staff(role)
    client.force_login(user)
    differing = []
    samples = {model: foreign(model) for model in {one.model for one in OF_OBJECTS if one.model} - EVERYBODYS}
    for address in OF_OBJECTS:
        if address.model is None or address.model in EVERYBODYS:
            continue
        for method in ("get", "post"):
            key = absent(address.model)
            nothing = answer(client, method, address.of(key), key)
            differing += [
                (method, address.template, str(one))
                for one in samples[address.model]
                if answer(client, method, address.of(one.pk), one.pk) != nothing
            ]
    assert not differing, differing[:6]


def stored(samples: dict[type[models.Model], list[models.Model]]) -> dict[str, list[Any]]:
    """Return everything the database holds of some objects."""
    return {
        model.__name__: list(
            model._default_manager.filter(pk__in=[one.pk for one in found]).order_by("pk").values_list()
        )
        for model, found in samples.items()
    }


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_nothing_foreign_changes_by_asking(role: Role, client: Client) -> None:
    judged: tuple[type[models.Model], ...] = (Release, User, Body, Effect)
    samples = {model: foreign(model) for model in judged}
    before = stored(samples)
    client.force_login(own_staff(role))
    for address in OF_OBJECTS:
        for one in samples.get(address.model, []) if address.model else []:
            client.post(address.of(one.pk), {"reason": "因为", "level": "township", "_save": "1"})
    assert stored(samples) == before


LISTS = [
    one
    for one in ADDRESSES
    if one.model and not one.parameters and one.template.endswith(f"{one.model._meta.model_name}/")
]


QUERIES = ["", "?_popup=1", "?q=西村", "?q=周", "?all=", "?tab=published", "?o=1"]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_lists_searches_and_popups_name_nothing_foreign(role: Role, client: Client) -> None:
    client.force_login(own_staff(role))
    for address in LISTS:
        if address.model is None or address.model in EVERYBODYS:
            continue
        links = [f"/{one.pk}/change/" for one in foreign(address.model)]
        for query in QUERIES:
            page = client.get(address.of("") + query).content.decode()
            assert not [link for link in links if link in page], address.template + query


@pytest.mark.parametrize("role", list(Role), ids=str)
@pytest.mark.parametrize(
    "field",
    [
        ("people", "appointment", "body"),
        ("people", "appointment", "user"),
        ("places", "body", "region"),
        ("duties", "assignment", "body"),
        ("duties", "participation", "region"),
    ],
)
def test_autocomplete_names_nothing_foreign(role: Role, field: tuple[str, str, str], client: Client) -> None:
    client.force_login(own_staff(role))
    app, model, name = field
    told = {"app_label": app, "model_name": model, "field_name": name, "term": "西村"}
    response = client.get("/manage/autocomplete/", told)
    found = response.json()["results"] if response.status_code == 200 else []
    assert response.status_code in {200, 403}
    assert found == []


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_role_meets_no_broken_page(role: Role, client: Client) -> None:
    client.force_login(own_staff(role))
    for address in ADDRESSES:
        url = address.of(absent(address.model) if address.model else "")
        assert client.get(url).status_code in {200, 301, 302, 403, 404, 405}, url


def test_no_address_leads_from_a_number_to_any_object() -> None:
    assert not [one for one in ADDRESSES if "content_type_id" in one.parameters]


def test_an_account_without_appointment_stays_outside(client: Client) -> None:
    user = User.objects.create(username="nobody", name="无任职", is_staff=True)
    client.force_login(user)
    for address in ADDRESSES:
        url = address.of(absent(address.model) if address.model else "")
        if url not in {"/manage/login/", "/manage/logout/"}:
            assert client.get(url).headers["Location"].startswith("/manage/login/"), url
