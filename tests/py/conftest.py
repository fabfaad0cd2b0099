"""What several test files share: the parsed dbt project, the invented province."""

import json
import os
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


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
def written_sample(tmp_path_factory):
    """The folder of the sample delivery, written once, and the CPU seconds it took."""
    from jike.sampling import write_sample

    folder = tmp_path_factory.mktemp("sample")
    before = time.process_time()
    write_sample(folder)
    return folder, time.process_time() - before


@pytest.fixture(scope="session")
def sample(written_sample):
    """The folder of the sample delivery."""
    return written_sample[0]
