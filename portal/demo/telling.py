"""Loads the demo's lists as a clerk does, and lets its clerk and reviewers act the stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.demo.building import BuiltCounty
from portal.demo.cast import OPERATOR
from portal.demo.files import write_listing
from portal.demo.listings import Listing
from portal.demo.stories import ANSWERS, Story, spoilt_amount
from portal.findings.actions import answer, run_rules
from portal.imports.bulk import publish_all
from portal.imports.enclosing import with_documents
from portal.imports.loading import LoadRequest, check, fingerprint, load
from portal.imports.origins import PUBLIC_ID, cell_texts, stored_rows
from portal.people.models import User
from portal.places.models import Body
from portal.releases.actions import approve, return_to_clerk, submit, withdraw
from portal.releases.models import Release, Stage, State, Via
from portal.releases.registry import kind

_BEGINS_AT, _STEP, _PAUSE = time(9, 30), timedelta(hours=2), timedelta(minutes=20)
_CHILDREN = 2  # that clean papers at a time
_LOADED_STATES = frozenset(State.values) - {State.DISCARDED}


class Company:
    """The demo's staff at work on one built county."""

    def __init__(self, built: BuiltCounty, staff: dict[str, User], *, now: datetime) -> None:
        """Know bodies and items once; `now` ends every act's time."""
        self.built, self.staff, self.now = built, staff, now
        self.today: date = timezone.localdate(now)
        self.bodies = {body.code: body for body in Body.objects.with_region()}
        self.items = {item.code: item for item in CatalogueItem.objects.all()}
        loaded = Release.objects.filter(state__in=_LOADED_STATES)
        self.known = {bytes(sha) for sha in loaded.values_list("file_sha256", flat=True) if sha}
        self.told = set(loaded.values_list("file_name", flat=True))

    def publish_history(self, listing: Listing) -> None:
        """Load one list and publish it as the operator; a file loaded before is left alone."""
        path = self.built.path(listing)
        if fingerprint(path) in self.known:
            return
        operator = self.staff[OPERATOR]
        at = self._moment(listing, 0)
        request = self._enclosed(self._request(listing, operator, via=Via.BULK), listing, path)
        with transaction.atomic():
            loaded = load(request, path)
            for release in loaded.releases:
                run_rules(release)
                self._answer_all(release, operator, at)
            publish_all(loaded.releases, by=operator, at=at)

    def tell(self, story: Story) -> None:
        """Act one story, wholly or not at all; a story told before is left alone."""
        if story.listing.file in self.told:
            return
        path, corrected = self.built.story_path(story), None
        if story.corrects:
            corrected = self._corrected(story, path.parent)
        request = self._request(
            story.listing,
            self.staff["luru"],
            stage=Stage.POSTED if story.is_notice else Stage.PAID,
            corrects=corrected,
            reason=story.reason if corrected else "",
        )
        request = self._enclosed(request, story.listing, path)
        with transaction.atomic():
            (release,) = load(request, path).releases
            run_rules(release)
            if story.ending != "draft":
                self._review(story, release)

    def _review(self, story: Story, release: Release) -> None:
        """Take a loaded draft as far as its story goes."""
        pk, ending, town, county = release.pk, story.ending, self.staff["shenhe"], self.staff["fuhe"]
        is_over = ending in {"published", "withdrawn"}
        # What still waits was handed in today.
        moments = [
            self._moment(story.listing, number) if is_over else self.now - (2 - number) * _PAUSE
            for number in range(3)
        ]
        self._answer_all(release, self.staff["luru"], moments[0])
        submit(pk, by=self.staff["luru"], at=moments[0])
        if ending == "returned":
            return_to_clerk(pk, by=town, at=moments[1], reason=story.reason)
        if ending in {"submitted", "returned"}:
            return
        approve(pk, by=town, at=moments[1], level="township", reason="和原始名册对过，合计没有差。")
        if ending == "approved":
            return
        approve(pk, by=county, at=moments[2], level="county")
        if ending == "withdrawn":
            at = min(moments[2] + timedelta(days=1), self.now)
            withdraw(pk, by=county, at=at, reason=story.reason)

    def _corrected(self, story: Story, folder: Path) -> Release:
        """Return the release a story corrects; the file is now the exported row with its right amount."""
        original = Release.objects.published().get(file_name__startswith=f"{story.corrects}.")
        (right,) = story.listing.rows
        disclosure = kind(story.listing.kind)
        amount = disclosure.column(disclosure.amount).header
        stated = right[amount] if story.takes_out else spoilt_amount(right[amount])
        told = {"release": original, disclosure.amount: Decimal(stated)}
        rows = disclosure.model._default_manager.filter(**told).select_related("region")
        wrong = list(stored_rows(disclosure, rows.order_by("position")))[-1]
        texts = cell_texts(disclosure.columns, wrong)
        exported = {column.header: texts[column.field] for column in disclosure.columns}
        kept = dict.fromkeys(exported, "") if story.takes_out else exported | {amount: right[amount]}
        story.listing.rows[:] = [{PUBLIC_ID.header: str(wrong.row.pk)} | kept]
        write_listing(story.listing, (PUBLIC_ID, *disclosure.columns), folder)
        return original

    def _request(
        self,
        listing: Listing,
        by: User,
        *,
        via: Via = Via.REVIEW,
        stage: Stage = Stage.PAID,
        corrects: Release | None = None,
        reason: str = "",
    ) -> LoadRequest:
        return LoadRequest(
            kind=listing.kind,
            body=self.bodies[listing.body],
            period=listing.period,
            by=by,
            today=self.today,
            item=self.items[listing.item],
            batch=listing.batch,
            stage=stage,
            expected=listing.amount if listing.states_expected else None,
            opening=Decimal(listing.opening) if listing.opening else None,
            is_nil=listing.is_nil,
            via=via,
            corrects=corrects,
            reason=reason,
        )

    def _enclosed(self, request: LoadRequest, listing: Listing, path: Path) -> LoadRequest:
        """Take in the papers of a list, outside every transaction; without papers change nothing."""
        if not listing.files:
            return request
        named = check(request, path).files
        at_once = replace(request, processes=_CHILDREN)
        folder, at = path.parent / listing.files, self._moment(listing, 0)
        ready, _ = with_documents(at_once, folder, named, now=at, progress=lambda _count: None)
        return replace(request, documents=ready.documents)

    def _answer_all(self, release: Release, by: User, at: datetime) -> None:
        """Answer each warning of a draft with what is said of its rule."""
        for warning in release.warnings.all():
            text = ANSWERS.get(warning.rule_code, ANSWERS[""])
            answer(release.pk, [warning.pk], by=by, at=at, text=text)

    def _moment(self, listing: Listing, number: int) -> datetime:
        """Return when the list's first, second … act happens: on its day, never in the future."""
        begin = datetime.combine(listing.published_on, _BEGINS_AT, tzinfo=timezone.get_current_timezone())
        return min(begin + number * _STEP, self.now)
