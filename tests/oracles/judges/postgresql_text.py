"""The names that a file of grants mentions, so that they can be made before it runs."""

import re

TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
      | "(?P<quoted>(?:[^"]|"")*)"
      | (?P<string>'(?:[^']|'')*')
      | (?P<word>[A-Za-z_][\w$]*|\d+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
#: The words after ON, and the kind of object that they mean; TABLE may be left out and also means views.
KINDS = {
    ("TABLE",): "table",
    ("SCHEMA",): "schema",
    ("DATABASE",): "database",
    ("SEQUENCE",): "sequence",
    ("FUNCTION",): "function",
    ("ROUTINE",): "function",
    ("PROCEDURE",): "procedure",
    ("TYPE",): "type",
    ("DOMAIN",): "type",
    ("LANGUAGE",): "language",
    ("TABLESPACE",): "tablespace",
    ("PARAMETER",): "parameter",
    ("LARGE", "OBJECT"): "large-object",
    ("FOREIGN", "SERVER"): "foreign-server",
    ("FOREIGN", "DATA", "WRAPPER"): "foreign-data-wrapper",
}


class Name(str):
    """An identifier; a quoted one is never a keyword."""

    quoted = False


def tokens(text):
    """The words, names and signs of a text; the inside of a dollar-quoted block counts as text of its own."""
    for match in TOKEN.finditer(text):
        if match.group("quoted") is not None:
            name = Name(match.group("quoted").replace('""', '"'))
            name.quoted = True
            yield name
        elif match.group("word") is not None:
            yield Name(match.group("word"))
        elif match.group("dollar") is not None:
            edge = len(match.group("tag")) + 2
            yield Name(";")
            yield from tokens(match.group("dollar")[edge:-edge])
            yield Name(";")
        elif match.group("sign") is not None:
            yield Name(match.group("sign"))


def statements(text):
    """The statements of a text, each a list of tokens."""
    found = [[]]
    for token in tokens(text):
        if token == ";" and not token.quoted:
            found.append([])
        else:
            found[-1].append(token)
    return [each for each in found if each]


def word(token):
    """A token as a keyword, or nothing where it was quoted."""
    return "" if token.quoted else token.upper()


def spelled(token):
    """An identifier as the server stores it."""
    return str(token) if token.quoted else token.lower()


def names(text):
    """The parts of a dotted name. Only what is in quotes may hold a dot; letters keep their case, as a probe spells them."""
    text = re.sub(r"\([^()]*\)\Z", "", text)
    parts = re.findall(r'"((?:[^"]|"")*)"|([^."]+)', text)
    return [(inside or outside).replace('""', '"') for inside, outside in parts]


def listed(tokens_left):
    """Comma-separated dotted names at the start of some tokens, each with the words of its argument list."""
    found, current, arguments, depth, fresh = [], [], [], 0, True
    for token in tokens_left:
        if token in ("(", ")") and not token.quoted:
            depth += 1 if token == "(" else -1
            if depth > 1 or (depth == 1 and token == ")"):
                arguments.append(token)
        elif depth:
            arguments.append('"' + token.replace('"', '""') + '"' if token.quoted else token)
        elif token == "," and not token.quoted:
            found.append((tuple(current), " ".join(arguments)))
            current, arguments, fresh = [], [], True
        elif token == "." and not token.quoted:
            fresh = True
        elif fresh:
            current.append(spelled(token))
            fresh = False
        else:
            break
    found.append((tuple(current), " ".join(arguments)))
    return [each for each in found if each[0]]


def dotted(tokens_left):
    """The names of `listed` alone."""
    return [name for name, _ in listed(tokens_left)]


def after(statement, *keywords):
    """What follows the first of some keywords outside brackets."""
    depth = 0
    for place, token in enumerate(statement):
        depth += (token == "(") - (token == ")")
        if depth == 0 and word(token) in keywords:
            return statement[place + 1 :]
    return []


def grants(text):
    """The GRANT and REVOKE statements of a text."""
    for statement in statements(text):
        starts = [place for place, token in enumerate(statement) if word(token) in ("GRANT", "REVOKE")]
        # `ALTER DEFAULT PRIVILEGES … GRANT` names no object that exists yet.
        default = word(statement[0]) == "ALTER"
        for place in starts[:1]:
            yield statement[:place], statement[place:], default


def objects_named(text):
    """(kind, name parts, arguments) of every object that a text grants something on or takes something from."""
    found = []
    for head, statement, default in grants(text):
        if default:
            found += [("schema", name, "") for name in dotted(after(head, "SCHEMA"))]
            continue
        target = after(statement, "ON")
        if not target:
            continue
        if word(target[0]) == "ALL":
            found += [("schema", name, "") for name in dotted(after(target, "SCHEMA"))]
            continue
        lead = next((lead for lead in KINDS if tuple(map(word, target[: len(lead)])) == lead), None)
        kind, rest = ("table", target) if lead is None else (KINDS[lead], target[len(lead) :])
        found += [(kind, name, arguments) for name, arguments in listed(rest)]
    return [(kind, name[-1:] if kind in ALONE else name[-2:], arguments) for kind, name, arguments in found]


#: Kinds whose names have one part, since they stand in no schema.
ALONE = {"schema", "database", "language", "tablespace", "foreign-server", "foreign-data-wrapper", "large-object", "role"}

CONNECTED = re.compile(r'(?:^\\c(?:onnect)?|connected to the database)\s+("(?:[^"]|"")*"|\S+)', re.MULTILINE)


def database_named(text):
    """The database that a script says it is for, in a comment or by connecting to it."""
    found = CONNECTED.search(text)
    return None if found is None else names(found.group(1))[0]


def roles_named(text):
    """The roles that a text grants to, revokes from, creates or alters; PUBLIC is none."""
    found = set(roles_created(text))
    for _, statement, _ in grants(text):
        found |= {name[0] for name in dotted(after(statement, "TO", "FROM")) if name[0] != "public"}
        # Without an ON, what is granted is membership of a role.
        if not after(statement, "ON"):
            found |= {name[0] for name in dotted(statement[1:])}
    for statement in statements(text):
        if [word(token) for token in statement[:2]] in (["ALTER", "ROLE"], ["ALTER", "USER"]):
            found.add(spelled(statement[2]))
    return found - {"group", "all", "admin"}


def roles_created(text):
    """The roles that a text makes itself, unless it first asks whether they exist."""
    found = set()
    for statement in statements(text):
        for place, token in enumerate(statement[:-2]):
            if word(token) == "CREATE" and word(statement[place + 1]) in ("ROLE", "USER"):
                found.add(spelled(statement[place + 2]))
    return found


def columns_named(text):
    """The columns that a text grants something on."""
    found = set()
    for _, statement, _ in grants(text):
        inside = False
        for token in statement:
            if word(token) == "ON":
                break
            if token in ("(", ")") and not token.quoted:
                inside = token == "("
            elif inside and token != ",":
                found.add(spelled(token))
    return found
