"""The distribution is built, installed where nothing of the sources is, and works there."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from email import message_from_string
from email.message import Message
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from gateway import __version__
from tests.architecture.repository import modules

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "bridge", "storage", "wsdl", "xsd")
SOURCES = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tests")
LOAD_CONTRACTS = """
import gateway.contracts as contracts, pathlib, sys
import xsd
for role in (*contracts.Role, *contracts.Lookup):
    known = contracts.contract(role)
    assert "definitions" in known.wsdl and all(known.schemas.values())
    contracts.publish(known.wsdl, "http://localhost/")
for schema in pathlib.Path(xsd.__file__).parent.rglob("*.xsd"):
    contracts.compiled(schema.relative_to(pathlib.Path(xsd.__file__).parent).as_posix())
from gateway.client.writing import client
for role in contracts.Role:
    assert client(role).service is not None
print(contracts.__file__)
"""


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def elsewhere() -> str:
    """Return where the libraries are that this interpreter finds, but not the sources."""
    return os.pathsep.join(
        path for path in sys.path if path and Path(path).is_dir() and Path(path) != ROOT
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built from a copy of the sources."""
    pytest.importorskip("hatchling", reason="hatchling is in requirements.lock")
    folder = tmp_path_factory.mktemp("distribution")
    copy, target = folder / "copy", folder / "dist"
    copy.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, copy)
    build = (sys.executable, "-m", "hatchling", "build", "-d", target)
    run(*build, "-t", "wheel", "-t", "sdist", cwd=copy, environment={"PYTHONPATH": elsewhere()})
    return target


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a virtual environment with the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=True)
    site = Path(
        sysconfig.get_path("purelib", "venv", vars={"base": str(folder), "platbase": str(folder)})
    )
    (site / "libraries.pth").write_text("\n".join(_libraries()) + "\n", "utf-8")
    install = (folder / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-index")
    run(*install, "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    return folder / "bin"


def _libraries() -> list[str]:
    """Return the library folders; files beside them that lead to the sources are not read."""
    names = ("purelib", "platlib")
    return sorted({sysconfig.get_path(name) for name in names})


def metadata(wheel: Path) -> Message:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        roots = {name.partition("/")[0] for name in archive.namelist()}
    assert roots == {*PACKAGES, f"congedo-{__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= packed
    assert {"wsdl/foglio_congedo_destinazione.wsdl", "storage/migrations/script.py.mako"} <= packed


def test_nothing_in_the_wheel_tells_where_it_was_built(wheel: Path, built: Path) -> None:
    traces = [str(ROOT).encode(), str(built.parent).encode(), str(Path.home()).encode() + b"/"]
    with zipfile.ZipFile(wheel) as archive:
        telling = [
            name
            for name in archive.namelist()
            if any(trace in archive.read(name) for trace in traces)
        ]
    assert telling == []


def test_the_metadata_names_the_licence_and_the_interpreters(wheel: Path) -> None:
    told = metadata(wheel)
    assert told["Name"] == "congedo"
    assert told["Version"] == __version__
    assert told["License-Expression"] == "EUPL-1.2"
    assert told["License-File"] == "LICENSE"
    assert told["Requires-Python"] == "<3.14,>=3.11"


def imported() -> set[str]:
    """Return the libraries that the product imports, by the names of their modules."""
    found: set[str] = set()
    for tree in modules(*PACKAGES).values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found - set(PACKAGES) - sys.stdlib_module_names


def test_the_metadata_demands_every_library_that_the_product_imports(wheel: Path) -> None:
    lines = metadata(wheel).get_all("Requires-Dist", [])
    demanded = {re.split(r"[^a-z0-9-]", line.lower())[0] for line in lines}
    providers = packages_distributions()
    missing = {
        name
        for name in imported()
        if not {provider.lower().replace("_", "-") for provider in providers.get(name, [])}
        & demanded
    }
    assert missing == set()
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & demanded


def test_the_source_archive_builds_the_same_packages_and_holds_no_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    assert {name.partition("/")[0] for name in names} >= {*PACKAGES, "pyproject.toml", "LICENSE"}
    assert [name for name in names if name.startswith("tests")] == []


def test_every_contract_loads_from_the_installed_wheel(environment: Path, tmp_path: Path) -> None:
    place = run(environment / "python", "-c", LOAD_CONTRACTS, cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(environment.parent)


def test_the_command_explains_itself_in_both_languages(environment: Path, tmp_path: Path) -> None:
    told = run(environment / "congedo", "--help", cwd=tmp_path)
    for command in ("init", "serve", "worker", "transfer", "delivery", "doctor", "preflight"):
        assert command in told
    assert "exchange of the foglio" in run(
        environment / "congedo", "--lang", "en", "--help", cwd=tmp_path
    )


def test_the_module_is_the_command(environment: Path, tmp_path: Path) -> None:
    told = run(environment / "python", "-m", "gateway", "version", cwd=tmp_path)
    assert told.strip() == __version__


def test_an_installation_is_prepared_from_any_folder_twice(
    environment: Path, tmp_path: Path
) -> None:
    home = tmp_path / "casa"
    for _ in range(2):
        run(environment / "congedo", "init", cwd=tmp_path, environment={"CONGEDO_HOME": str(home)})
    assert (home / "congedo.db").is_file()
    assert (home / "keys" / "congedo.keys").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["casa"]
