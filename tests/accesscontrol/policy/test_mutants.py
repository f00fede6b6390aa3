"""The check of `agree` can fail: each of these mistakes in the compiler is found by it on a small corpus."""

from typing import Any

import pytest
from django.db import DatabaseError, connection

from accesscontrol.policy import rules, semantics, sides, to_q, to_sql
from accesscontrol.policy.nodes import All, AnyOf, Known
from tests.accesscontrol.policy.agree import assert_agreement, rule_set
from tests.accesscontrol.policy.world import ENVS, USERS, stock, stored_values

pytestmark = pytest.mark.django_db

MUTANTS: dict[str, Any] = {}


def mutant(function):
    MUTANTS[function.__name__] = function
    return function


def says(attribute, operator, value):
    return {"attribute": attribute, "operator": operator, "value": value}


def same(attribute, operator, other):
    return {"attribute": attribute, "operator": operator, "value_from": other}


def permit(*conditions, **more):
    return {"actions": ["view"], "conditions": list(conditions), **more}


def forbid(*conditions, **more):
    return permit(*conditions, effect="forbid", **more)


SECRET = says("resource.sensitivity", ">=", 2)
ABROAD = says("resource.location", "!=", "a")
TABLES = says("resource.kind", "==", "table")
CORPUS = [
    [permit(), forbid(SECRET)],
    [permit(), forbid(SECRET, on_missing="skip")],
    [permit(), forbid(SECRET, overridable_by_break_glass=True)],
    [permit({"not": {"all": [ABROAD, SECRET]}})],
    [permit({"not": {"any": [ABROAD, same("resource.location", "==", "user.department")]}})],
    [permit(same("resource.name", "starts_with", "user.department"))],
    [permit(says("resource.name", "starts_with", "a_")), permit(says("resource.text", "starts_with", "a%"))],
    [permit(says("resource.name", "contains", "_")), permit(says("resource.text", "contains", "%"))],
    [permit(says("resource.location", ">=", "a")), permit(says("resource.name", "<", "b"))],
    [permit(same("user.clearance", ">", "resource.sensitivity"))],
    [permit({"all": [TABLES, says("resource.domain", "==", "a")]}), permit({"all": [ABROAD, TABLES]})],
    [permit(says("resource.number", ">", 0)), permit(says("resource.text", "in", ["1", "true"]))],
    [permit(says("resource.flag", "==", True), {"not": says("resource.many", "contains", "a")})],
    [permit({"any": [says("user.team", "==", "a%"), ABROAD]}, valid_until="2026-11-22T00:00Z")],
    [permit({"not": {"all": [says("env.purpose", "==", "%"), TABLES]}})],
    [
        permit({"any": [says("user.is_service", "==", True), TABLES]}),
        forbid(says("env.network", "==", "::/0")),
    ],
]


def check():
    """Ask every set of the corpus for several users at several moments, each set compiled once."""
    resources = stored_values()
    granted = frozenset(sorted(resources)[::7])
    for documents in CORPUS:
        asked = rule_set(documents)
        for user, env in zip(USERS, ENVS, strict=True):
            assert_agreement(resources, asked, {"user": user, "env": env}, granted)


def test_without_a_mistake_the_corpus_agrees():
    stock()
    check()


@mutant
def unknown_ignored_in_forbids(patch):
    patch.setattr(rules.CompiledRule, "satisfied", lambda self, truth: truth is True)


@mutant
def two_valued_not(patch):
    patch.setattr(semantics, "negate", lambda truth: not truth)


@mutant
def all_is_false_when_each_part_is(patch):
    right = sides.false

    def false(node):
        return sides.both(map(false, node.items)) if isinstance(node, All) else right(node)

    patch.setattr(sides, "false", false)


@mutant
def order_of_the_locale(patch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT collname FROM pg_collation WHERE collname IN ('en-x-icu', 'en_US.utf8')")
        found = cursor.fetchone()
    if found is None:
        pytest.skip("this PostgreSQL knows no locale but C")
    rewritten(patch, ' COLLATE "C"', f' COLLATE "{found[0]}"')


@mutant
def residual_drops_the_unknown(patch):
    def combined(items, situation, *, absorbing):
        rests = [semantics.partial(item, situation) for item in items]
        kept = tuple(rest for rest in rests if not isinstance(rest, Known))
        if any(rest == Known(absorbing) for rest in rests) or not kept:
            return Known(absorbing if Known(absorbing) in rests else not absorbing)
        return AnyOf(kept) if absorbing else All(kept)

    patch.setattr(semantics, "_partly_combined", combined)


@mutant
def null_is_negated(patch):
    patch.setattr(to_sql, "_holds", lambda operand: ["TRUE"])


@mutant
def empty_text_is_a_value(patch):
    rewritten(patch, " <> '')", " <> 'no')")


@mutant
def true_is_one(patch):
    def loose(value, attribute):
        whole = isinstance(value, int) if attribute.type in {"integer", "boolean"} else False
        return value if whole else right(value, attribute)

    right = semantics.typed
    patch.setattr(semantics, "typed", loose)
    patch.setattr(
        semantics,
        "_with_value",
        lambda name, left, value: lambda asked: semantics.compare(name, semantics.found(left, asked), value),
    )


@mutant
def json_is_converted(patch):
    patch.setattr(to_sql, "_from_json", lambda attribute: ["(", attribute, " #>> '{}')"])


@mutant
def starts_with_is_a_pattern(patch):
    patch.setitem(to_sql.TEXTUAL, "starts_with", lambda whole, part: [*whole, " LIKE ", *part, " || '%%'"])


@mutant
def contains_is_a_pattern(patch):
    patch.setitem(
        to_sql.TEXTUAL, "contains", lambda whole, part: [*whole, " LIKE '%%' || ", *part, " || '%%'"]
    )


@mutant
def comparisons_are_not_turned_around(patch):
    patch.setattr(to_sql, "FLIPPED", {sign: sign for sign in to_sql.FLIPPED})


@mutant
def lists_are_joined_across_other_conditions(patch):
    right = sides._one_equality

    def careless(side):
        found = right(side)
        return found and (*found[:2], [])

    patch.setattr(sides, "_one_equality", careless)


@mutant
def lenient_forbids_are_strict(patch):
    def unbarred(residual):
        return sides.both(map(sides.false, [*residual.strict, *residual.lenient]))

    patch.setattr(to_q, "unbarred", unbarred)


@mutant
def grants_pass_forbids(patch):
    def predicate(residual, columns, exceptions=to_q.NOTHING):
        permits, rest = to_q._compiled(residual, columns)
        return to_q.any_of([to_q.all_of([permits, rest]), exceptions])

    patch.setattr(to_q, "predicate", predicate)


@mutant
def what_is_kept_for_one_user_answers_for_all(patch):
    patch.setattr(rules.Asked, "_key", lambda self, situation: ())


@mutant
def what_is_left_is_in_force_for_ever(patch):
    def rest(self, situation):
        return semantics.partial(self.core, situation)

    patch.setattr(rules.CompiledRule, "rest", rest)


@mutant
def an_emergency_lifts_nothing_in_lists(patch):
    def rest(self, situation):
        held = self.rule.in_force(situation["env"].get("time"))
        return semantics.partial(self.core, situation) if held else rules.NEVER

    patch.setattr(rules.CompiledRule, "rest", rest)


@mutant
def the_moment_is_kept(patch):
    right = rules.ForUser.residual

    def residual(self, situation):
        return next(iter(self._residuals.values()), None) or right(self, situation)

    patch.setattr(rules.ForUser, "residual", residual)


def rewritten(patch, old, new):
    right = to_sql.to_sql

    def to_other_sql(side):
        return [part.replace(old, new) if isinstance(part, str) else part for part in right(side)]

    patch.setattr(to_q, "to_sql", to_other_sql)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_in_the_compiler_is_found(monkeypatch, name):
    stock()
    MUTANTS[name](monkeypatch)

    with pytest.raises((AssertionError, DatabaseError)):
        check()
