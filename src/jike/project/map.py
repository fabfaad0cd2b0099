"""docs/map.md: one screen, from a question to the place that answers it."""

import ast
from pathlib import Path

ANSWERS = (
    ("What is this number, word, check, page made of?", "`./jike where NAME`"),
    ("What is a KPI called, defined, made of, cut by?", "`seeds/kpis.csv`"),
    ("How does a part go over months, what does it need?", "`seeds/parts.csv`"),
    (
        "How is a part counted?",
        "`models/marts/kpi/kpi_<family>.sql`, of rows that free cuts cut "
        "`models/intermediate/<subject>/int_*__summed.sql`",
    ),
    ("Which rows are counted, and which are not?", "`models/marts/fct/`"),
    ("What does a row mean before it is counted?", "`models/intermediate/<subject>/`"),
    ("What may be delivered, column by column?", "`src/jike/deliveries/contract.yml`"),
    ("Which tiers, industries, products, targets are there?", "`seeds/<list>.csv`"),
    ("How are the files of a source read?", "`mappings/<source>/`"),
    ("When is a delivery not believable?", "`expectations/raw/<entity>.yml`"),
    ("When is a figure not believable?", "`expectations/marts/`"),
    ("What must always hold, whoever delivers?", "`tests/sql/`"),
    ("What does a page show, in which order?", "`dashboards/views/<page>/`"),
    ("What does a page ask?", "`src/jike/pages/<page>.py`"),
    ("How is a kind of chart drawn?", "`dashboards/kit/<kind>.py`"),
    ("Which pages are there?", "`dashboards/app.py`"),
    ("What does a text say in Chinese?", "`locales/zh/LC_MESSAGES/`"),
    ("How are numbers and days written?", "`src/jike/words/wording.py`"),
    ("Which verbs does the command line have?", "`src/jike/cli/`"),
    ("Which word means what?", "`docs/words.md`"),
    ("Who may read whom? How does a file become a number?", "`docs/architecture.md`"),
    ("Why is it so?", "`docs/decisions.md`"),
    ("How do I add one?", "`docs/contributing.md`"),
)
PACKAGES = ("src/jike", "dashboards")


def map_page(project: Path) -> str:
    """Give the page as Markdown: the questions, then what each room is for.

    Source: what the package of a room says of itself in its first line.
    """
    lines = ["# Where things are", "", "| question | place |", "|---|---|"]
    lines += [f"| {question} | {place} |" for question, place in ANSWERS]
    lines += ["", "| room | what it is for |", "|---|---|"]
    for package in PACKAGES:
        for path in sorted((project / package).glob("*/__init__.py")):
            room = path.parent.relative_to(project).as_posix()
            lines.append(f"| `{room}/` | {_first_line(path)} |")
    return "\n".join(lines) + "\n"


def _first_line(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0].removesuffix(".")
