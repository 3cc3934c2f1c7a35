"""PostgreSQL grants: what a real server holds after running them.

A server of its own for each file gets the objects that the file and the probes name, and a few that nobody named; the file is
run; then every privilege that each role has on every object is read back. It must be what the `sql` probes declare: nothing
more and nothing less. What PUBLIC has by default is nobody's doing and is measured on a role with no grants; what PUBLIC gains
by running the file is a failure.
"""

import collections
import fnmatch

from judges.postgresql_server import Server, quoted
from judges.postgresql_text import columns_named, databases_named, names, objects_named, roles_created, roles_named
from outputs import Tally, first_lines

#: The formats that it judges.
FORMATS = ("sql-grants",)
NOBODY = "scopec_nobody"
EXTRA = "scopec_undeclared"
PRIVILEGES = {
    "table": ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    "schema": ["USAGE", "CREATE"],
    "database": ["CONNECT", "CREATE", "TEMPORARY"],
    "sequence": ["USAGE", "SELECT", "UPDATE"],
    "function": ["EXECUTE"],
}
COLUMN_PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "REFERENCES"]
ATTRIBUTES = ["rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"]

#: One privilege of one role: the object's kind, its name, the privilege, and the column where only one is meant.
Privilege = collections.namedtuple("Privilege", "kind object privilege column")


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        if file["vendor"] not in ("postgresql", "postgres"):
            continue
        probes = [probe for probe in outputs.probes_of("sql") if belongs(probe, file)]
        if not probes:
            tally.check(False, f"{file['path']}: no probe says what it should grant")
            continue
        with Server() as server:
            examine(tally, file["path"], outputs.path(file), outputs.text(file), probes, server)
    return tally


def belongs(probe, file):
    """Whether a probe is about a file: by path where it says one, else by integration, system and gating."""
    paths = probe.get("policies") or ([probe["policy"]] if probe.get("policy") else None)
    if paths is not None:
        return file["path"] in paths
    return (probe["integration"], probe["system"], probe.get("gated", False)) == (
        file["integration"],
        file["system"],
        file.get("gated", False),
    )


def examine(tally, name, path, text, probes, server):
    """One file on one server."""
    stage = prepare(text, probes, server)
    before = held(server, stage["database"], NOBODY)
    status, said = server.run_file(stage["database"], path)
    tally.check(status == 0, f"{name}: the server refuses it: {first_lines(said)}")
    if status != 0:
        return
    public = held(server, stage["database"], NOBODY)
    for each in sorted(public - before, key=str):
        tally.check(False, f"{name}: everybody gets {shown(each)}")
    existing = {(each.kind, each.object) for each in everything(server, stage["database"])}
    # A grant on what is still to come shows on an object made after it.
    for schema in stage["schemas"]:
        server.sql(stage["database"], f"CREATE TABLE {quoted(schema)}.{EXTRA}_later (id integer)")
    for role in sorted(stage["roles"]):
        asked = [probe for probe in probes if probe["role"] == role]
        have = held(server, stage["database"], role)
        for probe in asked:
            wanted = declared(probe, existing)
            if probe.get("expect", "allowed") == "denied":
                broken = sorted(wanted & have, key=str)
                tally.check(
                    not broken, f"{where(probe, name)}: {role} has what is forbidden: {'; '.join(map(shown, broken))}"
                )
            else:
                lacking = "; ".join(shown(each) for each in sorted(wanted - have, key=str))
                right = bool(wanted) and not lacking
                tally.check(right, f"{where(probe, name)}: {role} lacks {lacking or 'an object to be asked about'}")
        allowed = [probe for probe in asked if probe.get("expect", "allowed") == "allowed"]
        found = sorted((have - public) | set(powers(server, role)), key=str)
        surplus = [shown(each) for each in found if not any(covers(probe, each) for probe in allowed)]
        tally.check(not surplus, f"{name}: {role} also has {'; '.join(surplus[:6])}")


def prepare(text, probes, server):
    """Makes the roles and objects that a file and its probes name, and some that neither does."""
    objects = set(objects_named(text))
    roles = set(roles_named(text)) | {probe["role"] for probe in probes}
    for probe in probes:
        if probe["object_kind"] in PRIVILEGES and "*" not in probe["object"]:
            objects.add((probe["object_kind"], located(probe["object_kind"], names(probe["object"]))))
        elif probe["object_kind"] in PRIVILEGES and probe["object_kind"] not in ("database", "schema"):
            objects.add(("schema", (names(probe["object"])[0],)))
    databases = list(databases_named(text)) + [name[0] for kind, name in sorted(objects) if kind == "database"]
    database = next(iter(databases), "scopec_probe")
    for each in sorted(set(databases) | {database, EXTRA}):
        server.sql("postgres", f"CREATE DATABASE {quoted(each)}")
    for role in sorted((roles | {NOBODY}) - set(roles_created(text))):
        server.sql("postgres", f"CREATE ROLE {quoted(role)}")
    schemas = {name[0] for kind, name in objects if kind == "schema" or len(name) > 1}
    schemas |= {EXTRA} | {"public" for _, name in objects if len(name) == 1}
    for schema in sorted(schemas - {"public"}):
        server.sql(database, f"CREATE SCHEMA {quoted(schema)}")
    for schema in sorted(schemas):
        objects |= {(kind, (schema, f"{EXTRA}_{kind}")) for kind in ("table", "sequence", "function")}
    columns = columns_named(text) | {column for probe in probes for column in probe.get("columns") or []}
    for kind, name in sorted(objects):
        full = ".".join(map(quoted, name if len(name) > 1 else ("public", *name)))
        if kind == "table":
            listed = ", ".join(f"{quoted(column)} integer" for column in sorted(columns | {"id", EXTRA}))
            server.sql(database, f"CREATE TABLE {full} ({listed})")
        elif kind == "sequence":
            server.sql(database, f"CREATE SEQUENCE {full}")
        elif kind == "function":
            server.sql(database, f"CREATE FUNCTION {full}() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
    return {"database": database, "roles": roles, "schemas": sorted(schemas)}


def located(kind, parts):
    """An object's name without the database that a probe may say first."""
    return tuple(parts[-1:] if kind in ("database", "schema") else parts[-2:])


EVERYTHING = """
SELECT 'table' AS kind, n.nspname || '.' || c.relname AS name, c.oid::bigint AS oid FROM pg_class c
 JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'sequence', n.nspname || '.' || c.relname, c.oid::bigint FROM pg_class c
 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND n.nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'function', n.nspname || '.' || p.proname, p.oid::bigint FROM pg_proc p
 JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'schema', nspname, oid::bigint FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'database', datname, oid::bigint FROM pg_database WHERE NOT datistemplate
"""


def everything(server, database):
    """Every object that is not the server's own, as privileges on nothing."""
    rows = server.rows(database, EVERYTHING)
    return [Privilege(kind, name, None, None) for kind, name, _ in rows]


def held(server, database, role):
    """Every privilege that a role has there, by whatever way; one that it may pass on counts as another."""
    queries = []
    for kind, privileges in PRIVILEGES.items():
        for privilege in privileges:
            for option in ("", " WITH GRANT OPTION"):
                queries.append(
                    f"SELECT e.kind, e.name, '{privilege}{option}' AS p, NULL AS c FROM e WHERE e.kind = '{kind}'"
                    f" AND has_{kind}_privilege({literal(role)}, e.oid::oid, '{privilege}{option}')"
                )
    for privilege in COLUMN_PRIVILEGES:
        queries.append(
            f"SELECT e.kind, e.name, '{privilege}' AS p, a.attname AS c FROM e JOIN pg_attribute a ON a.attrelid = e.oid::oid"
            f" WHERE e.kind = 'table' AND a.attnum > 0 AND NOT a.attisdropped"
            f" AND has_column_privilege({literal(role)}, a.attrelid, a.attnum, '{privilege}')"
            f" AND NOT has_table_privilege({literal(role)}, a.attrelid, '{privilege}')"
        )
    rows = server.rows(database, f"WITH e(kind, name, oid) AS ({EVERYTHING}) " + " UNION ALL ".join(queries))
    return {Privilege(*row) for row in rows}


def powers(server, role):
    """What a role is beyond its grants: its attributes, and the roles that it is a member of."""
    flags = " UNION ALL ".join(
        f"SELECT 'role' AS k, rolname AS n, '{flag}' AS p, NULL AS c FROM pg_roles WHERE rolname = {literal(role)} AND {flag}"
        for flag in ATTRIBUTES
    )
    member = (
        "SELECT 'role' AS k, g.rolname AS n, 'MEMBER' AS p, NULL AS c FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
        f" JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = {literal(role)}"
    )
    return [Privilege(*row) for row in server.rows("postgres", f"{flags} UNION ALL {member}")]


def declared(probe, existing):
    """The privileges that a probe stands for on what exists; a pattern stands for every object that it matches."""
    kind, privilege = probe["object_kind"], probe["privilege"].upper()
    columns = probe.get("columns") or [None]
    objects = {name for of, name in existing if of == kind and fnmatch.fnmatchcase(name, joined(probe))}
    return {Privilege(kind, name, privilege, column) for name in objects for column in columns}


def covers(probe, each):
    """Whether a probe declares a privilege."""
    return (
        probe["object_kind"] == each.kind
        and probe["privilege"].upper() == each.privilege
        and fnmatch.fnmatchcase(each.object, joined(probe))
        and (each.column is None or each.column in (probe.get("columns") or []))
        and (each.column is not None or not probe.get("columns"))
    )


def joined(probe):
    """A probe's object as the server's catalogue spells it."""
    parts = located(probe["object_kind"], names(probe["object"]))
    alone = probe["object_kind"] in ("database", "schema", "role")
    return ".".join(parts if alone or len(parts) > 1 else ("public", *parts))


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
