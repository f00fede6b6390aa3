"""What a mask leaves of a value, and which mask a column gets."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accesscontrol.enforcement.masking import Mask, family_of, known_masks, mask, mask_for, tags_of

IDENTIFYING = some.sampled_from(["hash", "partial", "nothing"])
TEXTS = some.text(min_size=1) | some.text(alphabet="*a[]masked", min_size=1)
NUMBERS = some.integers() | some.decimals(allow_nan=False, allow_infinity=False, places=3)
MOMENTS = some.dates() | some.datetimes()
KEEPING = {"year": MOMENTS, "month": MOMENTS, "thousands": NUMBERS, "tens": NUMBERS}


@given(TEXTS, IDENTIFYING, some.text())
def test_an_identifying_value_never_comes_through(value, method, salt):
    assert mask(value, method, salt) != value


@given(TEXTS, some.sampled_from(sorted(known_masks().methods)), some.text())
def test_nothing_stays_nothing(value, method, salt):
    assert mask(None, method, salt) is None


@given(TEXTS, TEXTS, some.text(), some.text())
def test_a_hash_joins_equal_values_and_depends_on_the_salt(one, other, salt, pepper):
    assert mask(one, "hash", salt) == mask(one, "hash", salt)
    assert (mask(one, "hash", salt) == mask(other, "hash", salt)) == (one == other)
    assert (mask(one, "hash", salt) == mask(one, "hash", pepper)) == (salt == pepper)


@given(some.sampled_from(sorted(KEEPING)).flatmap(lambda name: some.tuples(some.just(name), KEEPING[name])))
def test_the_other_masks_keep_the_type_and_never_exceed_the_value(case):
    method, value = case

    left = mask(value, method)

    assert type(left) is type(value)
    assert abs(left) <= abs(value) if method in {"thousands", "tens"} else left <= value
    assert mask(left, method) == left


@pytest.mark.parametrize(
    ("method", "value", "left"),
    [
        ("partial", "lena@x.io", "l***"),
        ("partial", "ab", "***"),
        ("partial", "a***", "[masked]"),
        ("year", dt.date(1990, 5, 17), dt.date(1990, 1, 1)),
        ("month", dt.datetime(1990, 5, 17, 8, tzinfo=dt.UTC), dt.datetime(1990, 5, 1, tzinfo=dt.UTC)),
        ("thousands", 1999, 1000),
        ("thousands", Decimal("-1999.5"), Decimal("-1000")),
        ("tens", 34, 30),
    ],
)
def test_examples(method, value, left):
    assert mask(value, method) == left


@pytest.mark.parametrize(
    ("data_type", "family"),
    [
        ("text", "text"),
        ("character varying(20)", "text"),
        ("uuid", "text"),
        ("int(11)", "number"),
        ("bigint unsigned", "number"),
        ("double precision", "number"),
        ("date", "date"),
        ("timestamp with time zone", "date"),
        ("datetime(6)", "date"),
        ("time without time zone", "other"),
        ("interval", "other"),
        ("text[]", "other"),
        ("jsonb", "other"),
        ("boolean", "other"),
        ("", "other"),
    ],
)
def test_types_fall_into_four_families(data_type, family):
    assert family_of(data_type) == family


def test_a_column_without_tags_is_clear():
    assert mask_for([], "text") is None
    assert mask_for(["nobody asked about this one"], "text") is None


@pytest.mark.parametrize(
    ("tags", "data_type", "method"),
    [
        (["identity"], "text", "hash"),
        (["identity"], "date", "year"),
        (["identity"], "jsonb", "nothing"),
        (["gdpr_low"], "numeric", "tens"),
        (["gdpr_low", "gdpr_medium"], "numeric", "thousands"),
        (["identity", "sensitive"], "text", "nothing"),
    ],
)
def test_several_tags_give_the_strictest_mask_and_take_every_role_to_lift(tags, data_type, method):
    assert mask_for(tags, data_type) == Mask(method, tuple(f"unmask_{tag}" for tag in sorted(tags)))


@pytest.mark.parametrize(
    ("tags", "forced", "method"),
    [
        (["gdpr_low"], [("gdpr_low", "hash")], "hash"),
        (["identity"], [("identity", "partial")], "hash"),  # a policy can make a mask stricter only
        (["salary"], [("salary", "partial")], "partial"),  # a tag of the policy's own
        (["salary"], [("salary", None)], "nothing"),
        (["salary"], [("salary", "no such method")], "nothing"),
        (["salary"], [("salary", "year")], "nothing"),  # cannot be applied to a text
        (["gdpr_low"], [("gdpr_low", "hash"), ("gdpr_low", "partial")], "hash"),
    ],
)
def test_obligations_force_a_mask(tags, forced, method):
    assert mask_for(tags, "text", forced) == Mask(method, (f"unmask_{tags[0]}",))


def test_the_file_of_masks_uses_its_own_methods_where_they_fit():
    masks = known_masks()

    for tag, by_family in masks.tags.items():
        for family, method in by_family.items():
            assert family in masks.methods[method], (tag, family)
    assert next(iter(masks.methods)) == "nothing"


def test_tags_follow_from_what_the_catalog_says_of_a_field():
    assert tags_of(identity="email", sensitive=True, gdpr_sensitivity="high") == {
        "identity",
        "sensitive",
        "gdpr_high",
    }
    assert tags_of(identity="", sensitive=False, gdpr_sensitivity="") == frozenset()
