"""The TypeScript types are what the Python models generate."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "src" / "api" / "contract.ts"


@pytest.fixture
def needs_node():
    if shutil.which("node") is None or not (ROOT / "node_modules" / "json-schema-to-typescript").is_dir():
        pytest.skip("needs Node and the JavaScript packages (`make setup`)")


def check(script):
    return subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("needs_node")
def test_contract_is_up_to_date():
    done = check(ROOT / "scripts" / "contract.py")
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("needs_node")
def test_an_outdated_contract_is_refused(tmp_path):
    for folder in ("scripts", "src/api"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    copy = tmp_path / "src" / "api" / "contract.ts"
    copy.write_text(copy.read_text(encoding="utf-8").replace("n_rows", "row_count", 1), encoding="utf-8")
    done = check(tmp_path / "scripts" / "contract.py")
    assert done.returncode == 1
    assert "jlpm contract" in done.stderr
