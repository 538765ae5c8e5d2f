from __future__ import annotations

import io
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from core import documents
from core.documents import DocumentErased
from core.errors import ActionBlocked, BadInput
from core.models import Event
from core.pictures import BadPicture
from orders.models import OrderLine
from returns import services
from returns.models import Evidence, Return
from returns.photos import keep_photo, read_photo
from returns.queries.evidence import as_signed, is_telling, list_evidence, list_seen_before
from returns.services import TooMuchEvidence, WantedReturn
from returns.services import evidence as limits
from tests.factories.cases import AGENT, NOW, open_case
from tests.factories.defects import draw, photograph
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    return open_case(make_order())


def sold_line() -> OrderLine:
    return make_order().lines.get()


def files(settings) -> list[str]:
    return sorted(path.name for path in Path(settings.PRIVATE_FILES).glob("*/*"))


class TestAPhoto:
    @pytest.fixture(autouse=True)
    def _folder(self, settings, tmp_path: Path) -> None:
        settings.PRIVATE_FILES = tmp_path

    def test_is_kept_encrypted_with_a_small_copy(self, case: Return, settings) -> None:
        evidence = photograph(case.lines.get())
        assert files(settings) == [evidence.name, f"{evidence.name}.small"]
        for is_small, size in ((False, (320, 240)), (True, (320, 240))):
            pixels = read_photo(evidence, is_small=is_small)
            assert Image.open(io.BytesIO(pixels)).size == size
        raw = (settings.PRIVATE_FILES / evidence.name[:2] / evidence.name).read_bytes()
        assert b"JFIF" not in raw

    def test_is_told_of_by_its_id_alone(self, case: Return) -> None:
        evidence = photograph(case.lines.get())
        event = Event.objects.get(kind="return.evidence_added")
        assert event.data["photos"] == [evidence.public_id]
        assert evidence.name not in str(event.data)

    def test_sent_twice_is_kept_once(self, case: Return) -> None:
        line, op_id = case.lines.get(), uuid4()
        first = photograph(line, op_id=op_id)
        assert photograph(line, op_id=op_id) == first  # the form again
        assert photograph(line) == first  # the same file in another form
        assert Evidence.objects.count() == 1

    def test_says_when_its_camera_took_it(self, case: Return) -> None:
        evidence = photograph(case.lines.get(), photo=keep_photo(taken("2026:11:05 09:30:00")))
        assert f"{evidence.taken_at:%Y-%m-%d %H:%M}" == "2026-11-05 09:30"
        forged = photograph(case.lines.get(), photo=keep_photo(taken("2031:01:01 00:00:00", 2)))
        assert forged.taken_at is None  # a day that has not come yet

    def test_is_erased_with_its_person(self, case: Return) -> None:
        evidence = photograph(case.lines.get())
        documents.destroy_of_person(
            partner_id=case.partner_id, person=f"customer:{case.customer_id}", now=NOW
        )
        with pytest.raises(DocumentErased):
            read_photo(Evidence.objects.get(pk=evidence.pk))

    def test_taken_away_is_read_by_nobody(self, case: Return) -> None:
        evidence = photograph(case.lines.get())
        services.remove_evidence(evidence_id=evidence.pk, actor=AGENT, op_id=uuid4(), now=NOW)
        with pytest.raises(DocumentErased):
            read_photo(Evidence.objects.get(pk=evidence.pk))
        assert list_evidence([case.lines.get()]) == {}
        assert photograph(case.lines.get()).removed_at is None  # it may be added again

    def test_that_is_none_leaves_nothing_behind(self, settings) -> None:
        with pytest.raises(BadPicture):
            keep_photo(b"<svg/>")
        assert files(settings) == []


def taken(moment: str, seed: int = 0) -> bytes:
    facts = Image.Exif()
    facts.get_ifd(0x8769)[0x9003] = moment
    kept = io.BytesIO()
    Image.open(io.BytesIO(draw(seed))).save(kept, "JPEG", exif=facts)
    return kept.getvalue()


class TestAPhotoBeforeThereIsACase:
    def test_goes_along_when_one_is_opened(self) -> None:
        line = sold_line()
        waiting = photograph(line)
        case = open_case(line.order, self.want(line, waiting))
        waiting.refresh_from_db()
        assert waiting.return_line == case.lines.get()
        assert waiting.key.person == f"customer:{case.customer_id}"

    def test_of_somebody_else_or_of_other_goods_does_not(self) -> None:
        line = sold_line()
        for foreign in (photograph(sold_line()), photograph(line, actor=AGENT.system("other"))):
            with pytest.raises(BadInput) as refused:
                open_case(line.order, self.want(line, foreign))
            assert refused.value.field == "photos"

    def test_goes_along_once(self) -> None:
        line = sold_line()
        waiting, op_id = photograph(line), uuid4()
        first = open_case(line.order, self.want(line, waiting), op_id=op_id)
        assert open_case(line.order, self.want(line, waiting), op_id=op_id) == first

    def want(self, line: OrderLine, *photos: Evidence) -> WantedReturn:
        return WantedReturn(
            order_line_id=line.pk,
            quantity=1,
            reason="changed_mind",
            photos=tuple(photo.public_id for photo in photos),
        )


class TestACase:
    def test_has_room_for_so_many_photos(self, case: Return, monkeypatch) -> None:
        monkeypatch.setattr(limits, "MOST_PER_CASE", 2)
        photo = keep_photo(draw())
        for sha256 in "ab":
            photo.sha256 = sha256 * 64
            photo.name = sha256 * 32
            photograph(case.lines.get(), photo=photo)
        photo.sha256 = "c" * 64
        with pytest.raises(TooMuchEvidence):
            photograph(case.lines.get(), photo=photo)

    def test_has_room_for_so_many_bytes(self, case: Return, monkeypatch) -> None:
        monkeypatch.setattr(limits, "MOST_BYTES_PER_CASE", 1)
        photograph(case.lines.get())
        with pytest.raises(TooMuchEvidence):
            photograph(case.lines.get(), 1)

    def test_that_is_over_takes_no_more(self, case: Return) -> None:
        services.cancel_return(
            return_id=case.pk, version=None, reason="No.", actor=AGENT, op_id=uuid4(), now=NOW
        )
        with pytest.raises(ActionBlocked):
            photograph(case.lines.get())


def test_a_person_may_add_so_many_photos_a_day(monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_PER_PERSON", 1)
    line = sold_line()
    photograph(line)
    with pytest.raises(TooMuchEvidence):
        photograph(line, 1)


class TestAPhotoSeenBefore:
    def test_is_found_on_another_case_even_made_smaller(self, case: Return) -> None:
        first = photograph(case.lines.get(), photo=keep_photo(draw(3, (640, 480))))
        other = open_case(make_order())
        copy = photograph(other.lines.get(), photo=keep_photo(draw(3, (500, 375), "WEBP")))
        unlike = photograph(other.lines.get(), 5)
        (seen,) = list_seen_before([copy, unlike])
        assert (seen.evidence_id, seen.other, seen.other_case) == (copy.pk, first, case)

    def test_is_found_before_there_is_a_case(self, case: Return) -> None:
        photograph(case.lines.get(), 3)
        (seen,) = list_seen_before([photograph(sold_line(), 3)])
        assert seen.other_case == case

    def test_is_none_on_the_same_case_or_at_another_partner(self, case: Return) -> None:
        line = case.lines.get()
        photograph(line, photo=keep_photo(draw(3, (640, 480))))
        again = photograph(line, 3)
        elsewhere = make_partner("elsewhere")
        foreign = open_case(
            make_order(
                Sold("40.00", variant=make_variant(product=make_product(elsewhere))),
                channel=make_channel("theirs", partner=elsewhere),
            )
        )
        theirs = photograph(foreign.lines.get(), 3)
        assert list_seen_before([again]) == []
        assert list_seen_before([theirs]) == []

    @pytest.mark.parametrize(
        ("fingerprint", "is_one"), [(0, False), (0b111, False), (0b1111, True), (-1, False)]
    )
    def test_needs_a_picture_with_something_on_it(self, fingerprint: int, is_one: bool) -> None:
        assert is_telling(fingerprint) is is_one

    @pytest.mark.parametrize("bits", [0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
    def test_is_kept_as_a_number_with_a_sign(self, bits: int) -> None:
        assert -(1 << 63) <= as_signed(bits) < 1 << 63
        assert as_signed(bits) & (1 << 64) - 1 == bits
