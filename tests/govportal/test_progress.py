import pytest

from govportal.progress import COUNTER, step


def test_steps_are_numbered_across_processes(monkeypatch, capsys):
    monkeypatch.setenv(COUNTER, "3/9")

    with step("Starting PostgreSQL"):
        pass
    with step("Migrating"):
        pass

    assert capsys.readouterr().out == "[4/9] Starting PostgreSQL … 0.0 s\n[5/9] Migrating … 0.0 s\n"


def test_a_failing_step_says_so(monkeypatch, capsys):
    monkeypatch.delenv(COUNTER, raising=False)

    with pytest.raises(RuntimeError), step("Migrating"):
        raise RuntimeError

    assert capsys.readouterr().out == "Migrating … failed\n"
