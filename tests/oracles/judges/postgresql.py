"""PostgreSQL grants: what a real server holds after running them.

A server of its own for each bundle gets the objects that its scripts and probes name, and a few that nobody named; the scripts
are run; then every privilege that each role has on every object is read back. It must be what the `sql` probes declare:
nothing more and nothing less. What PUBLIC has by default is nobody's doing and is measured on a role with no grants; what
PUBLIC gains by running a script is a failure. A bundle that approval can replace is run after its replacements, which it must
undo.
"""

import collections
import re

from judges.postgresql_server import Server, quoted
from judges.postgresql_text import ALONE, columns_named, database_named, names, objects_named, roles_created, roles_named
from judges.terraform import bundle
from outputs import Tally, first_lines

#: The formats that it judges.
FORMATS = ("sql-grants",)
NOBODY = "scopec_nobody"
EXTRA = "scopec_undeclared"
COLUMN_PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "REFERENCES"]
TABLE_PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
ATTRIBUTES = ["rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"]
OURS = "n.nspname !~ '^(pg_|information_schema)'"
RELATIONS = f"FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace WHERE {OURS} AND o.relkind IN"

#: By kind of object: its privileges, the server's function that decides them, and where the objects are listed.
KINDS = {
    "table": (TABLE_PRIVILEGES, "table", f"n.nspname || '.' || o.relname AS name, o.oid {RELATIONS} ('r', 'p', 'f')"),
    "view": (TABLE_PRIVILEGES, "table", f"n.nspname || '.' || o.relname AS name, o.oid {RELATIONS} ('v', 'm')"),
    "sequence": (
        ["USAGE", "SELECT", "UPDATE"],
        "sequence",
        f"n.nspname || '.' || o.relname AS name, o.oid {RELATIONS} ('S')",
    ),
    "function": (
        ["EXECUTE"],
        "function",
        f"n.nspname || '.' || o.proname AS name, o.oid FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace"
        f" WHERE {OURS}",
    ),
    "schema": (["USAGE", "CREATE"], "schema", f"n.nspname AS name, n.oid FROM pg_namespace n WHERE {OURS}"),
    "database": (
        ["CONNECT", "CREATE", "TEMPORARY"],
        "database",
        "o.datname AS name, o.oid FROM pg_database o WHERE NOT datistemplate",
    ),
    "type": (
        ["USAGE"],
        "type",
        f"n.nspname || '.' || o.typname AS name, o.oid FROM pg_type o JOIN pg_namespace n ON n.oid = o.typnamespace"
        f" WHERE {OURS} AND o.typtype IN ('e', 'd')",
    ),
    "language": (["USAGE"], "language", "o.lanname AS name, o.oid FROM pg_language o WHERE o.lanpltrusted"),
    "tablespace": (["CREATE"], "tablespace", "o.spcname AS name, o.oid FROM pg_tablespace o WHERE o.spcname !~ '^pg_'"),
    "foreign-server": (["USAGE"], "server", "o.srvname AS name, o.oid FROM pg_foreign_server o"),
    "foreign-data-wrapper": (
        ["USAGE"],
        "foreign_data_wrapper",
        "o.fdwname AS name, o.oid FROM pg_foreign_data_wrapper o",
    ),
}
#: How each kind is made, given its quoted name.
MADE = {
    "sequence": "CREATE SEQUENCE {}",
    "type": "CREATE TYPE {} AS ENUM ()",
    "language": "CREATE OR REPLACE LANGUAGE {}",
    "tablespace": "SET allow_in_place_tablespaces = on; CREATE TABLESPACE {} LOCATION ''",
    "foreign-data-wrapper": "CREATE FOREIGN DATA WRAPPER {}",
    "foreign-server": "CREATE SERVER {} FOREIGN DATA WRAPPER scopec_wrapper",
    "large-object": "SELECT lo_create({})",
}

#: One privilege of one role: where the object is (nowhere for a role), its kind, its name, the privilege, and the column where
#: only one is meant.
Privilege = collections.namedtuple("Privilege", "database kind object privilege column")


def judge(outputs):
    tally = Tally()
    bundles = {}
    for file in outputs.of(*FORMATS):
        if file["vendor"] in ("postgresql", "postgres"):
            bundles.setdefault(bundle(file), []).append(file)
    for key, files in bundles.items():
        probes = [probe for probe in outputs.probes_of("sql") if belongs(probe, key, files)]
        if key[2] and not probes:
            # What waits for approval need not be probed; it is still run, and undone, before the ordinary scripts.
            continue
        if not probes:
            tally.check(False, f"{files[0]['path']}: no probe says what it should grant")
            continue
        replaced = [file for other, own in bundles.items() if other[:2] == key[:2] and other[2] for file in own]
        with Server() as server:
            examine(tally, outputs, files, [] if key[2] else replaced, probes, server)
    return tally


def belongs(probe, key, files):
    """Whether a probe is about a bundle: by path where it says one, else by integration, system and approval."""
    paths = probe.get("policies") or ([probe["policy"]] if probe.get("policy") else None)
    if paths is not None:
        return any(file["path"] in paths for file in files)
    return (probe["integration"], probe["system"]) == key[:2] and bool(probe.get("gated")) == bool(key[2])


def examine(tally, outputs, files, replaced, probes, server):
    """One bundle on one server."""
    name = files[0]["path"]
    stage = prepare({file["path"]: outputs.text(file) for file in replaced + files}, probes, server)
    before = held(server, stage, NOBODY)
    for file in replaced + files:
        status, said = server.run_file(stage["connected"][file["path"]], outputs.path(file))
        tally.check(status == 0, f"{file['path']}: the server refuses it: {first_lines(said)}")
        if status != 0:
            return
    public = held(server, stage, NOBODY)
    gained = "; ".join(shown(each) for each in sorted(public - before, key=str))
    tally.check(not gained, f"{name}: everybody gets {gained}")
    existing = {(each.database, each.kind, each.object) for each in everything(server, stage)}
    # A grant on what is still to come shows on an object made after it.
    for database, schema in sorted(stage["schemas"]):
        server.sql(database, f"CREATE TABLE {quoted(schema)}.{EXTRA}_later (id integer)")
    for role in sorted(stage["roles"]):
        asked = [probe for probe in probes if probe["role"] == role]
        have = held(server, stage, role)
        found = (have - public) | set(powers(server, role))
        for probe in asked:
            wanted = declared(probe, existing)
            if probe.get("expect", "allowed") == "denied":
                broken = "; ".join(shown(each) for each in sorted(wanted & have, key=str))
                tally.check(not broken, f"{where(probe, name)}: {role} has what is forbidden: {broken}")
            elif kind_of(probe) == "role":
                member = any(covers(probe, each) for each in found)
                tally.check(member, f"{where(probe, name)}: {role} lacks {probe['privilege']} of {probe['object']}")
            else:
                # In SQL a table may be a view, and a pattern for `table` may have been meant for either.
                sets = [{each for each in wanted if each.kind == kind} for kind in ("table", "view")]
                if any(each and each <= have for each in sets):
                    wanted = wanted & have
                lacking = "; ".join(shown(each) for each in sorted(wanted - have, key=str))
                right = bool(wanted) and not lacking
                tally.check(right, f"{where(probe, name)}: {role} lacks {lacking or 'an object to be asked about'}")
        allowed = [probe for probe in asked if probe.get("expect", "allowed") == "allowed"]
        surplus = [each for each in sorted(found, key=str) if not any(covers(probe, each) for probe in allowed)]
        tally.check(not surplus, f"{name}: {role} also has {'; '.join(shown(each) for each in surplus[:6])}")


def prepare(texts, probes, server):
    """Makes the roles and objects that scripts and probes name, and some that neither does."""
    connected = {path: database_named(text) for path, text in texts.items()}
    granted = [name[0] for text in texts.values() for kind, name, _ in objects_named(text) if kind == "database"]
    granted += [parts_of(probe)[1][-1] for probe in probes if kind_of(probe) == "database"]
    granted += [parts_of(probe)[0] for probe in probes]
    default = next((database for database in [*connected.values(), *granted] if database), "scopec_probe")
    connected = {path: database or default for path, database in connected.items()}
    objects = {(connected[path], *each) for path, text in texts.items() for each in objects_named(text)}
    known = {(database, name) for database, _, name, _ in objects}
    for probe in probes:
        kind, (database, name) = kind_of(probe), parts_of(probe)
        database = database or default
        if kind == "view":
            objects = {each for each in objects if each[:3] != (database, "table", name)} | {(database, kind, name, "")}
        elif kind in KINDS and "*" not in probe["object"] and (database, name) not in known:
            objects.add((database, kind, name, ""))
        elif "*" in probe["object"] and kind not in ALONE and len(name) > 1:
            objects.add((database, "schema", name[:1], ""))
    databases = {default, EXTRA} | {each[0] for each in objects} | set(connected.values())
    databases |= {name[0] for _, kind, name, _ in objects if kind == "database"}
    for database in sorted(databases):
        server.sql("postgres", f"CREATE DATABASE {quoted(database)}")
    roles = {role for text in texts.values() for role in roles_named(text)} | {probe["role"] for probe in probes}
    made = {role for text in texts.values() for role in roles_created(text)}
    for role in sorted((roles | {NOBODY}) - made):
        server.sql("postgres", f"CREATE ROLE {quoted(role)}")
    schemas = {(database, name[0]) for database, kind, name, _ in objects if kind == "schema" or len(name) > 1}
    schemas |= {(database, EXTRA) for database in connected.values()}
    schemas |= {(database, "public") for database, kind, name, _ in objects if len(name) == 1 and kind not in ALONE}
    for database, schema in sorted(schemas):
        objects |= {(database, kind, (schema, f"{EXTRA}_{kind}"), "") for kind in ("table", "view", "sequence", "function")}
        if schema != "public":
            server.sql(database, f"CREATE SCHEMA {quoted(schema)}")
    columns = {column for text in texts.values() for column in columns_named(text)} | {"id", EXTRA}
    columns |= {column for probe in probes for column in probe.get("columns") or []}
    for database in sorted({each[0] for each in objects if each[1] == "foreign-server"}):
        server.sql(database, "CREATE FOREIGN DATA WRAPPER scopec_wrapper")
    for database, kind, name, arguments in sorted(objects):
        make(server, database, kind, name, arguments, sorted(columns))
    return {"connected": connected, "databases": sorted(set(connected.values())), "roles": roles, "schemas": schemas}


def make(server, database, kind, name, arguments, columns):
    """One object."""
    alone = kind in ALONE or len(name) > 1
    full = ".".join(map(quoted, name if alone else ("public", *name)))
    if kind == "large-object":
        full = str(int(name[0]))
    if kind == "table":
        text = f"CREATE TABLE {full} ({', '.join(f'{quoted(column)} integer' for column in columns)})"
    elif kind == "view":
        text = f"CREATE VIEW {full} AS SELECT {', '.join(f'1 AS {quoted(column)}' for column in columns)}"
    elif kind == "function":
        text = f"CREATE FUNCTION {full}({arguments}) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    elif kind == "procedure":
        text = f"CREATE PROCEDURE {full}({arguments}) LANGUAGE sql AS 'SELECT 1'"
    elif kind in MADE:
        text = MADE[kind].format(full)
    else:
        return
    server.sql(database, text)


def kind_of(probe):
    """The kind of a probe's object; a procedure's privileges are a function's."""
    kind = probe["object_kind"].replace("_", "-").replace(" ", "-")
    return "function" if kind == "procedure" else kind


def parts_of(probe):
    """A probe's database, if it says one, and the parts of its object's name.

    With a field `database` the object is the plain names with a dot between; without, names may be quoted, and the first
    of three is the database.
    """
    alone = kind_of(probe) in ALONE
    if "database" in probe:
        text = probe["object"].split("(")[0] if kind_of(probe) == "function" else probe["object"]
        return probe["database"], (text,) if alone else tuple(text.split(".", 1))
    parts = names(probe["object"])
    return (parts[0] if len(parts) == 3 and not alone else None), tuple(parts[-1:] if alone else parts[-2:])


def everything(server, stage):
    """Every object that is not the server's own, as privileges on nothing."""
    query = " UNION ALL ".join(f"SELECT '{kind}' AS kind, name FROM (SELECT {of}) o" for kind, (_, _, of) in KINDS.items())
    return {Privilege(database, *row, None, None) for database in stage["databases"] for row in server.rows(database, query)}


def held(server, stage, role):
    """Every privilege that a role has, by whatever way; one that it may pass on counts as another."""
    queries = []
    # OFFSET keeps the server from asking its functions about objects of another kind first, which is an error.
    for kind, (privileges, decides, of) in KINDS.items():
        for privilege in privileges:
            for option in ("", " WITH GRANT OPTION"):
                queries.append(
                    f"SELECT '{kind}' AS kind, name, '{privilege}{option}' AS privilege, NULL AS column_name"
                    f" FROM (SELECT {of} OFFSET 0) e WHERE has_{decides}_privilege({literal(role)}, e.oid, '{privilege}{option}')"
                )
    for privilege in COLUMN_PRIVILEGES:
        for kind in ("table", "view"):
            queries.append(
                f"SELECT '{kind}', e.name, '{privilege}', a.attname FROM (SELECT {KINDS[kind][2]} OFFSET 0) e"
                f" JOIN pg_attribute a ON a.attrelid = e.oid WHERE a.attnum > 0 AND NOT a.attisdropped"
                f" AND has_column_privilege({literal(role)}, a.attrelid, a.attnum, '{privilege}')"
                f" AND NOT has_table_privilege({literal(role)}, a.attrelid, '{privilege}')"
            )
    query = " UNION ALL ".join(queries)
    return {Privilege(database, *row) for database in stage["databases"] for row in server.rows(database, query)}


def powers(server, role):
    """What a role is beyond its grants: its attributes, and the roles that it is a member of."""
    flags = " UNION ALL ".join(
        f"SELECT 'role' AS kind, rolname AS name, '{flag}' AS privilege, NULL AS column_name FROM pg_roles"
        f" WHERE rolname = {literal(role)} AND {flag}"
        for flag in ATTRIBUTES
    )
    member = (
        "SELECT 'role', g.rolname, CASE WHEN m.admin_option THEN 'ADMIN' ELSE 'MEMBER' END, NULL FROM pg_auth_members m"
        f" JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = {literal(role)}"
    )
    return [Privilege(None, *row) for row in server.rows("postgres", f"{flags} UNION ALL {member}")]


def declared(probe, existing):
    """The privileges that a probe stands for on what exists; a pattern stands for every object that it matches."""
    columns = probe.get("columns") or [None]
    return {
        Privilege(database, kind, name, probe["privilege"].upper(), column)
        for database, kind, name in existing
        for column in columns
        if matches(probe, database, kind, name)
    }


def covers(probe, each):
    """Whether a probe declares a privilege."""
    columns = probe.get("columns") or [None]
    same = probe["privilege"].upper() == each.privilege and each.column in columns
    return same and matches(probe, each.database, each.kind, each.object)


def matches(probe, database, kind, name):
    """Whether a probe's object is this one; `*` is any run of characters."""
    if kind_of(probe) != kind and (kind_of(probe), kind) != ("table", "view"):
        return False
    within, parts = parts_of(probe)
    if kind not in ALONE and within not in (None, database):
        return False
    pattern = ".".join(parts if kind in ALONE or len(parts) > 1 else ("public", *parts))
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def where(probe, name):
    """The clause that a probe comes from, or the file."""
    return probe.get("clause") or name


def shown(each):
    """A privilege in words."""
    column = f" ({each.column})" if each.column else ""
    return f"{each.privilege}{column} on {each.kind} {each.object}"


def literal(text):
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"
