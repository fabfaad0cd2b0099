"""An expectation that counts what a query finds; the stock one also pulls the rows."""

from typing import Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)


class ExpectNoRows(UnexpectedRowsExpectation):
    """Fails when the query gives a row; the rows stay in the database.

    Half the queries of its parent, and nothing personal can reach a result.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "unexpected_rows_query.row_count",
    )

    def _validate(
        self, metrics: dict[str, Any], *_: object, **__: object
    ) -> dict[str, Any]:
        count = metrics["unexpected_rows_query.row_count"]
        return {"success": count == 0, "result": {"observed_value": count}}
