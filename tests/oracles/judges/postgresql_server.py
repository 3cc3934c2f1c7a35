"""A PostgreSQL server in a temporary folder, reached over a Unix socket alone, with nobody's data in it."""

import atexit
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

#: Binaries that are not on the PATH on Debian.
INSTALLED = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
SECONDS = 120
_pattern = []


def quoted(name):
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def binary(name):
    """Where one of the server's programs is."""
    for folder in INSTALLED:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed: Debian's package is postgresql-15")
    return found


def call(arguments, text=None):
    """Runs a program as somebody who is not root, since the server refuses to run as root."""
    user = "postgres" if os.geteuid() == 0 else None
    ran = subprocess.run(
        arguments,
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
        timeout=SECONDS,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def demand(arguments, text=None):
    """Runs a program that must not fail."""
    status, out, err = call(arguments, text)
    if status != 0:
        raise RuntimeError(f"{' '.join(arguments[:2])} ended with {status}: {(out + err).strip()[-800:]}")
    return out


def folder():
    """A temporary folder of the server's user. Its path is short, since a socket's may have 107 characters."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="scopec-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(made, user.pw_uid, user.pw_gid)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def pattern():
    """An initialised data folder, made once and copied for each server."""
    if not _pattern:
        made = folder()
        demand(
            [binary("initdb"), "--pgdata", str(made / "data"), "--username", "postgres", "--auth", "trust"]
            + ["--encoding", "UTF8", "--no-locale", "--no-sync"]
        )
        _pattern.append(made / "data")
    return _pattern[0]


class Server:
    """A server that lives as long as its `with` block."""

    def __enter__(self):
        self.folder = folder()
        demand(["cp", "-a", str(pattern()), str(self.folder / "data")])
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c shared_buffers=16MB"
        demand(
            [binary("pg_ctl"), "start", "--wait", "--silent", "--pgdata", str(self.folder / "data")]
            + ["--log", str(self.folder / "log"), "--options", options]
        )
        return self

    def __exit__(self, *_):
        call([binary("pg_ctl"), "stop", "--mode", "immediate", "--silent", "--pgdata", str(self.folder / "data")])
        shutil.rmtree(self.folder, ignore_errors=True)

    def _psql(self, database):
        return [binary("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"] + [
            "--host",
            str(self.folder),
            "--username",
            "postgres",
            "--dbname",
            database,
        ]

    def sql(self, database, text):
        """Runs statements that must not fail."""
        return demand(self._psql(database), text)

    def rows(self, database, query):
        """The rows of a query, each a list of its columns in order."""
        out = self.sql(database, f"SELECT coalesce(json_agg(r), '[]') FROM ({query}) r")
        return [list(row.values()) for row in json.loads(out)]

    def run_file(self, database, path):
        """Runs the file under judgement; gives its exit status and what the server said."""
        text = pathlib.Path(path).read_text(encoding="utf-8")
        status, out, err = call(self._psql(database), text)
        return status, out + err
