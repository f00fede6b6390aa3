import csv
from io import StringIO

import pytest

from accesscontrol.display.sheet import BYTE_ORDER_MARK, cell, sheet


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_made_text(start):
    assert cell(start) == f"'{start}"


def test_other_values_stay_as_they_are():
    assert [cell(value) for value in ("a=b", None, 7, 'ü, "x"')] == ["a=b", "", "7", 'ü, "x"']


def test_a_sheet_reads_back():
    text = sheet(["a", "b"], [["x,y", "line\nbreak"], [None, "=1"]])

    rows = list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert text.startswith(BYTE_ORDER_MARK)
    assert rows == [["a", "b"], ["x,y", "line\nbreak"], ["", "'=1"]]
