"""Writes the pages of the documentation that follow from the project itself."""

from pathlib import Path

from jike.deliveries.raw import empty_raw
from jike.ground.errors import JikeError
from jike.ground.home import PROJECT
from jike.releases.closing import CLOSED_MONTHS
from jike.releases.publish import CHECKS
from jike.releases.restated import RESTATEMENTS
from jike.releases.tables import TABLES

BESIDE = {
    "checks": CHECKS,
    "closed_months": CLOSED_MONTHS,
    "restatements": RESTATEMENTS,
}
BEGIN = "<!-- kpis: written by `jike docs` -->"
END = "<!-- /kpis -->"


def write_documents(project: Path = PROJECT) -> list[Path]:
    """Bring the generated pages up to date; give those that have changed.

    Raises:
        JikeError: README.md has no place for the KPI table.
    """
    changed = []
    for path, text in documents(project).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def documents(project: Path = PROJECT) -> dict[Path, str]:
    """Give the generated pages as they should be, by path."""
    from jike.deliveries.page import contract_page
    from jike.kpis.catalogue import readme_table
    from jike.project.map import map_page

    readme = project / "README.md"
    return {
        project / "docs" / "raw-contract.md": contract_page(),
        project / "docs" / "map.md": map_page(project),
        project / "src" / "jike" / "releases" / TABLES.name: tables_list(project),
        readme: with_table(readme.read_text(encoding="utf-8"), readme_table()),
    }


def tables_list(project: Path = PROJECT) -> str:
    """The tables of a release and their columns, from the contracts of the marts."""
    import duckdb
    import yaml

    found = {name: [column for column, _ in kinds] for name, kinds in BESIDE.items()}
    with duckdb.connect() as con:
        empty_raw(con)
        for name in ("deliveries", "quarantine"):
            described = con.execute(f"describe raw.{name}").fetchall()
            found[name] = [column for column, *_ in described]
    for path in (project / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = [column["name"] for column in model["columns"]]
    rows = [f"{name},{' '.join(sorted(found[name]))}\n" for name in sorted(found)]
    return "".join(["table_name,columns\n", *rows])


def with_table(readme: str, table: str) -> str:
    """Put the KPI table between its marks.

    Raises:
        JikeError: a mark is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise JikeError(
            "README.md needs the lines {begin} and {end}", begin=BEGIN, end=END
        )
    return f"{before}{BEGIN}\n{table.strip()}\n{END}{after}"
