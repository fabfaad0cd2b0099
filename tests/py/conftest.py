"""What several tests share: the language of messages, the dbt project, the sample."""

import json
import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Tests quote English sentences; those on language choose for themselves.
os.environ["JIKE_LANG"] = "en"


@pytest.fixture(scope="session")
def manifest(tmp_path_factory):
    """dbt's manifest of the project, parsed once."""
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("dbt")
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    result = dbtRunner().invoke(
        [
            "parse",
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(target), "--log-path", str(target)),
            *("--log-level", "none", "--log-level-file", "none"),
        ]
    )
    assert result.success, result.exception
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The folder of the sample delivery, written once."""
    from jike.sample.write import write_sample

    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder
