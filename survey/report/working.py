"""The sheets of the workbook: where everything stands, the formulas, and the values that they have now."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from ptsp import skm
from ptsp.asking import TRAITS
from ptsp.tallies import FEWEST
from survey.report.counted import Answers
from survey.report.job import Group, Workbook

HEAD = 4  # row of the heads in the answers (from 0); the answers follow
HEAD_HEIGHT, LINE_HEIGHT, LINE_LETTERS = 30, 15, 62
WEIGHT = "bobot"
EXACT = "exact"
# Rounded to ten places first: what floating point adds is gone, and 88.305 is rounded up as it should be.
ROUNDED = "ROUND(ROUND({},10),2)"


class Sheets:
    """Writes them; in every sheet rows are written from top to bottom (constant memory)."""

    def __init__(self, book: Any, job: Workbook, answers: Answers) -> None:
        self.book, self.job, self.all, self.w = book, job, answers, job.words
        self.last = HEAD + max(1, len(answers.rows))  # row of the last answer (from 0)
        self.elements = len(job.elements)
        # Columns of the answers: no, month, version, what is told, marked, counted, elements, own questions.
        self.first_said = 3
        self.counted = self.first_said + len(job.columns) + 1
        self.first_element = self.counted + 1
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        ground = {"bold": True, "bg_color": "#e7f0ea"}
        self.head = book.add_format({**ground, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.head_right = book.add_format({**ground, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.two = book.add_format({"num_format": "0.00"})
        self.three = book.add_format({"num_format": "0.000"})
        self.result = book.add_format({**ground, "num_format": "0.00", "font_size": 14})
        self.right = book.add_format({"align": "right"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.result_text = book.add_format({**ground, "font_size": 14})
        names = ("working", "services", "respondents", "trend", "answers", "dictionary")
        self.sheet = {name: book.add_worksheet(self.w[name]) for name in names}
        # XlsxWriter looks in every formula for functions newer than 2010, with thirty patterns: half of the time of a
        # large workbook. There are none here.
        self.sheet["working"]._prepare_formula = lambda formula, *_more: formula.removeprefix("=")

    # --- the answers --------------------------------------------------------------------------------------------------

    def answers(self) -> None:
        """The raw answers."""
        sheet, job = self.sheet["answers"], self.job
        self._title(sheet, self.w["answers"])
        sheet.write_string(3, 0, self.w["left_empty"])
        heads = [self.w["no"], self.w["month"], self.w["version"], *(head for _c, head in job.columns)]
        heads += [self.w["flagged"], self.w["counted"], *self.all.codes, *(code for code, _t in job.extras)]
        sheet.set_column(0, 2, 9)
        sheet.set_column(self.first_said, self.counted - 2, 22)
        sheet.set_column(self.counted - 1, self.counted, 11)
        sheet.set_column(self.first_element, len(heads), 6)
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.repeat_rows(HEAD)
        sheet.autofilter(HEAD, 0, self.last, len(heads) - 1)
        self._heads(sheet, HEAD, heads, left=self.first_element)
        yes_no = (self.w["not"], self.w["yes"])
        names = ("month", "version", *(name for name, _head in job.columns), "flagged", "counted")
        for place, row in enumerate(self.all.rows):
            at = HEAD + 1 + place
            sheet.write_number(at, 0, place + 1)
            texts = (row.month, row.version, *row.said, yes_no[row.flagged], yes_no[row.counted])
            for column, (name, text) in enumerate(zip(names, texts, strict=True), 1):
                if name not in row.empty:
                    sheet.write_string(at, column, text)
            for column, score in enumerate((*row.scores, *row.extras), self.first_element):
                if score is not None:
                    sheet.write_number(at, column, score)

    def _range(self, column: int) -> str:
        """A column of the answers, from the first to the last."""
        name = xl_col_to_name(column)
        return f"{self._quoted('answers')}!${name}${HEAD + 2}:${name}${self.last + 1}"

    def _quoted(self, sheet: str) -> str:
        return "'" + self.w[sheet].replace("'", "''") + "'"

    # --- the working table --------------------------------------------------------------------------------------------

    def working(self) -> None:
        """Results above, one row a respondent below; an element stands in the column after its number."""
        sheet, w = self.sheet["working"], self.w
        self._title(sheet, w["working"])
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, self.elements, 9)
        sheet.set_column(self.elements + 1, self.elements + 1, 10)
        self._results(sheet)
        at = self._first_row() - 1
        sheet.freeze_panes(at + 1, 1)
        sheet.repeat_rows(at)
        self._heads(sheet, at, [w["no"], *self.all.codes, w["row_sum"]], left=0)
        source, flag = self._quoted("answers"), xl_col_to_name(self.counted)
        letters = [xl_col_to_name(self.first_element + place) for place in range(self.elements)]
        for place, row in enumerate(self.all.rows):
            line, here, there = at + 1 + place, at + 2 + place, HEAD + 2 + place
            sheet.write_number(line, 0, place + 1)
            for column, letter in enumerate(letters):
                cell, score = f"{source}!{letter}{there}", row.scores[column] if row.counted else None
                formula = f'=IF(AND({source}!${flag}{there}="{w["yes"]}",ISNUMBER({cell})),{cell},"")'
                sheet.write_formula(line, column + 1, formula, None, "" if score is None else score)
            given = [score for score in row.scores if score is not None] if row.counted else []
            mine = f"B{here}:{xl_col_to_name(self.elements)}{here}"
            value = sum(given) if given else ""
            sheet.write_formula(line, self.elements + 1, f'=IF(COUNT({mine})=0,"",SUM({mine}))', None, value)

    def _first_row(self) -> int:
        """Row of the first respondent in the working table (from 0)."""
        return 19 if self.job.graded else 15

    def _element_range(self, place: int) -> str:
        """An element's column of the working table, from the first to the last respondent."""
        name, first = xl_col_to_name(place + 1), self._first_row() + 1
        return f"${name}${first}:${name}${first + self.last - HEAD - 1}"

    def _results(self, sheet: Any) -> None:
        job, w, score = self.job, self.w, self.all.whole
        counted = f'=COUNTIF({self._range(self.counted)},"{w["yes"]}")'
        exact = f"=1/{self.elements}"
        weight = float(score.weight.fraction(self.elements))
        self._labelled(sheet, 4, w["n_forms"], counted, self.bold, self.all.n)
        sheet.write_string(5, 0, w["weight"])
        if job.weight == EXACT:
            sheet.write_formula(5, 1, exact, None, weight)
        else:
            sheet.write_number(5, 1, weight)
        self.book.define_name(WEIGHT, f"={self._quoted('working')}!$B$6")
        all_weighted = f"B11:{xl_col_to_name(self.elements)}11"
        index = f'=IF(COUNT({all_weighted})={self.elements},SUM({all_weighted}),"{w["no_data"]}")'
        nothing = w["no_data"]
        self._heads(sheet, 6, ["", *self.all.codes])
        for line, label, formula, style, values in self._element_lines():
            sheet.write_string(line, 0, label)
            for place in range(self.elements):
                name = xl_col_to_name(place + 1)
                filled = formula.format(range=self._element_range(place), c=name)
                sheet.write_formula(line, place + 1, filled, style, values[place])
        at = 13 if job.graded else 11
        value = nothing if score.index is None else float(score.index)
        self._labelled(sheet, at, w["index"], index, self.three if job.graded else self.result, value)
        if job.graded:
            cell = f"B{at + 1}"
            formula = f'=IF(ISNUMBER({cell}),{ROUNDED.format(f"{cell}*25")},"{nothing}")'
            ikm = nothing if score.ikm is None else float(score.ikm)
            self._labelled(sheet, at + 1, w["ikm"], formula, self.result, ikm)
            grade = nothing if score.grade is None else self._graded(score.grade.value)
            formula = self._grade_formula(f"B{at + 2}", nothing)
            self._labelled(sheet, at + 2, w["grade"], formula, self.result_text, grade)

    def _element_lines(self) -> list[tuple[int, str, str, Any, list[Any]]]:
        """(row, label, formula of a column, format, values) for n, sum, NRR, weighted NRR, IKM, grade."""
        w, lines = self.w, self.all.whole.elements
        counts, sums = self.all.counts, self.all.sums
        weighted = f'=IF({{c}}10="","",{{c}}10*{WEIGHT})'
        found: list[tuple[int, str, str, Any, list[Any]]] = [
            (7, w["n"], "=COUNT({range})", None, counts),
            (8, w["sum"], "=SUM({range})", None, sums),
            (9, w["nrr"], f'=IF({{c}}8<{FEWEST},"",AVERAGE({{range}}))', self.three, [_float(x.nrr) for x in lines]),
            (10, w["weighted"], weighted, self.three, [_float(x.weighted) for x in lines]),
        ]
        if self.job.graded:
            own = [None if x.nrr is None else skm.ikm(x.nrr) for x in lines]
            rounded = ROUNDED.format("{c}10*25")
            found.append((11, w["element_ikm"], f'=IF({{c}}10="","",{rounded})', self.two, [_float(x) for x in own]))
            grades = ["" if x is None else skm.grade(x).value for x in own]
            letters = '=IF({c}12="","",IF({c}12>=88.31,"A",IF({c}12>=76.61,"B",IF({c}12>=65,"C","D"))))'
            found.append((12, w["element_grade"], letters, self.right, grades))
        return found

    def _grade_formula(self, cell: str, nothing: str) -> str:
        a, b, c, d = (self._graded(letter) for letter in "ABCD")
        inner = f'IF({cell}>=88.31,"{a}",IF({cell}>=76.61,"{b}",IF({cell}>=65,"{c}","{d}")))'
        return f'=IF(ISNUMBER({cell}),{inner},"{nothing}")'

    def _graded(self, letter: str) -> str:
        return f"{letter} ({self.job.grades[letter]})"

    # --- groups -------------------------------------------------------------------------------------------------------

    def services(self) -> None:
        """Index by service; hidden services have none. What is counted stands as a value: in the answers the service is
        left empty where few share it."""
        sheet, w = self.sheet["services"], self.w
        self._title(sheet, w["services"])
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, self.elements + 4, 11)
        if self.job.graded:
            sheet.set_column(self.elements + 5, self.elements + 5, 18)
        sheet.set_column(self.elements + 6, self.elements + 7, 13)
        more = [w["index"], *(["IKM", w["grade"]] if self.job.graded else []), w["low"], w["high"]]
        self._heads(sheet, HEAD, [w["service"], w["visitors"], "n", *self.all.codes, *more])
        for line, group in enumerate(self.job.services, HEAD + 1):
            sheet.write_string(line, 0, group.name)
            if group.visitors is not None:
                sheet.write_number(line, 1, group.visitors)
            if group.n is None:
                sheet.write_string(line, 2, w["hidden"], self.right)
            elif group.untold:
                sheet.write_number(line, 2, group.n)
                for column in range(3, 3 + self.elements + len(more)):
                    sheet.write_string(line, column, w["hidden"], self.right)
            else:
                self._service(sheet, line, group)

    def _service(self, sheet: Any, line: int, group: Group) -> None:
        score = self.all.by_service.get(group.name) or skm.score({}, self.all.weight, self.all.codes, 0)
        sheet.write_number(line, 2, score.n)
        for place, one in enumerate(score.elements):
            if one.nrr is not None:
                sheet.write_number(line, place + 3, float(one.nrr), self.three)
        first, last = (xl_rowcol_to_cell(line, column) for column in (3, self.elements + 2))
        nrrs, at = f"{first}:{last}", self.elements + 3
        index = f'=IF(COUNT({nrrs})={self.elements},SUM({nrrs})*{WEIGHT},"{self.w["hidden"]}")'
        known = score.index is not None
        sheet.write_formula(line, at, index, self.three, _float(score.index) if known else self.w["hidden"])
        if self.job.graded:
            cell, ikm = xl_rowcol_to_cell(line, at), xl_rowcol_to_cell(line, at + 1)
            formula = f'=IF(ISNUMBER({cell}),{ROUNDED.format(f"{cell}*25")},"{self.w["hidden"]}")'
            sheet.write_formula(line, at + 1, formula, self.two, _float(score.ikm) if known else self.w["hidden"])
            grade = self._graded(score.grade.value) if score.grade else self.w["hidden"]
            sheet.write_formula(line, at + 2, self._grade_formula(ikm, self.w["hidden"]), self.right, grade)
        for column, end in enumerate((group.low, group.high), at + (3 if self.job.graded else 1)):
            if end is None:
                sheet.write_string(line, column, self.w["hidden"], self.right)
            else:
                sheet.write_number(line, column, end, self.two)

    def respondents(self) -> None:
        """Who answered: number and share of each group; of columns that are nowhere left empty, counted by formulas."""
        sheet, w, n = self.sheet["respondents"], self.w, self.all.n
        self._title(sheet, w["respondents"])
        sheet.set_column(0, 1, 34)
        sheet.set_column(2, 3, 14)
        self._heads(sheet, HEAD, [w["characteristic"], w["indicator"], w["number"], w["share"]], left=2)
        yes = f'{self._range(self.counted)},"{w["yes"]}"'
        for line, group in enumerate(self.job.respondents, HEAD + 1):
            sheet.write_string(line, 0, group.kind)
            sheet.write_string(line, 1, group.name)
            if group.hidden:
                sheet.write_string(line, 2, w["hidden"], self.right)
                sheet.write_string(line, 3, w["hidden"], self.right)
                continue
            mine = self.all.said[group.column][group.name]
            if group.column in TRAITS:
                asked = self._range(self.first_said + self.all.place(group.column))
                sheet.write_formula(line, 2, f"=COUNTIFS({asked},$B{line + 1},{yes})", None, mine)
            else:
                sheet.write_number(line, 2, mine)
            whole = f"{self._quoted('working')}!$B$5"
            share = f'=IF({whole}=0,"",C{line + 1}/{whole})'
            sheet.write_formula(line, 3, share, self.share, mine / n if n else "")

    # --- trend and dictionary -----------------------------------------------------------------------------------------

    def trend(self) -> None:
        """The figures of the periods before, as they were when this file was made."""
        sheet, w = self.sheet["trend"], self.w
        self._title(sheet, w["trend"])
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 6, 13)
        sheet.set_column(7, 7, 34)
        unit = "IKM" if self.job.graded else w["index"]
        self._heads(sheet, HEAD, [w["period"], "n", unit, w["grade"], w["low"], w["high"], w["change"], w["judgement"]])
        for line, one in enumerate(self.job.trend, HEAD + 1):
            sheet.write_string(line, 0, one.period)
            sheet.write_number(line, 1, one.n)
            if one.value is None:
                sheet.write_string(line, 2, w["no_data"])
            for column, number in ((2, one.value), (4, one.low), (5, one.high), (6, one.change)):
                if number is not None:
                    sheet.write_number(line, column, number, self.two)
            sheet.write_string(line, 3, one.grade, self.right)
            sheet.write_string(line, 7, one.judgement, self.right)

    def dictionary(self) -> None:
        """What every column means."""
        sheet, w = self.sheet["dictionary"], self.w
        self._title(sheet, w["dictionary"])
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 2, 60)
        self._heads(sheet, HEAD, [w["column"], w["meaning"], w["values"]], left=3)
        for line, texts in enumerate(self.job.explained, HEAD + 1):
            sheet.set_row(line, LINE_HEIGHT * max(1 + len(text) // LINE_LETTERS for text in texts))
            for column, text in enumerate(texts):
                sheet.write_string(line, column, text, self.wrap)
        for line, note in enumerate(self.job.notes, HEAD + 2 + len(self.job.explained)):
            sheet.write_string(line, 0, note)

    # --- small things -------------------------------------------------------------------------------------------------

    def _title(self, sheet: Any, name: str) -> None:
        sheet.write_string(0, 0, f"{name} - {self.job.title}", self.title)
        sheet.write_string(1, 0, self.job.office)
        sheet.write_string(2, 0, self.job.made)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _heads(self, sheet: Any, line: int, words: Sequence[str], left: int = 1) -> None:
        """The heads of a table; after the first `left` columns come figures, which stand at the right."""
        sheet.set_row(line, HEAD_HEIGHT)
        for column, word in enumerate(words):
            sheet.write_string(line, column, word, self.head if column < left else self.head_right)

    @staticmethod
    def _labelled(sheet: Any, line: int, label: str, formula: str, style: Any, value: Any) -> None:
        sheet.write_string(line, 0, label)
        sheet.write_formula(line, 1, formula, style, value)


def _float(value: Fraction | Decimal | None) -> float | str:
    return "" if value is None else float(value)
