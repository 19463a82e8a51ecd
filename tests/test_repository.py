"""What holds for every file of the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Where this clone or a registry happens to be is nobody else's business; a lock file with hosts in it works in one place only.
HOST = re.compile(
    r"https?://[^\s\"')]*(?:registry\.|npmjs\.org|yarnpkg|npmjs\.com|pypi\.org|pythonhosted|/simple/|pypi-|nexus|artifactory|verdaccio|devpi)[^\s\"')]*"
    r"|file:///[^\s\"')]+"
)
PLACE = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work|mnt|private)/[\w.-]+|[A-Z]:\\\\?Users")
# Not text, or text that only repeats what others wrote.
BINARY = {".parquet", ".png", ".ico", ".woff2", ".arrow", ".phoenix-profile"}


def files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY and path != Path(__file__)]


def findings(pattern):
    found = []
    for path in files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [f"{path.relative_to(ROOT)}:{number}: {match[0]}" for match in pattern.finditer(line)]
    return found


def test_no_registry_host_in_any_file():
    assert findings(HOST) == []


def test_no_path_of_a_machine_in_any_file():
    assert findings(PLACE) == []


@pytest.mark.parametrize(
    "text",
    [
        "resolution https://registry.example/react/-/react-18.2.0.tgz",
        "npmRegistryServer: https://registry.example",
        "--index-url https://mirror.example/pypi/simple/",
        "find-links = file:///opt/wheels",
        '"homepage": "https://pypi.org/project/phoenix_lab/"',
    ],
)
def test_hosts_are_recognised(text):
    assert HOST.search(text)


@pytest.mark.parametrize("text", ["/home/ada/phoenix", '"/Users/ada/x"', "cd /root/x", "C:\\Users\\ada"])
def test_paths_are_recognised(text):
    assert PLACE.search(text)


def test_notebooks_are_kept_without_outputs():
    notebooks = [path for path in files() if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
        assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells), path.name


def test_both_package_files_agree_on_the_licence():
    assert json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["license"] == "Apache-2.0"
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
