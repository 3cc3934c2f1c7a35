"""The names that a file of grants mentions, so that they can be made before it runs."""

import re

TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
      | "(?P<quoted>(?:[^"]|"")*)"
      | (?P<string>'(?:[^']|'')*')
      | (?P<word>[A-Za-z_][\w$]*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
KINDS = {
    "TABLE": "table",
    "SCHEMA": "schema",
    "DATABASE": "database",
    "SEQUENCE": "sequence",
    "FUNCTION": "function",
    "ROUTINE": "function",
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
    parts = re.findall(r'"((?:[^"]|"")*)"|([^."]+)', text)
    return [(inside or outside).replace('""', '"') for inside, outside in parts]


def dotted(tokens_left):
    """Comma-separated dotted names at the start of some tokens, argument lists left out."""
    found, current, depth, fresh = [], [], 0, True
    for token in tokens_left:
        if token in ("(", ")") and not token.quoted:
            depth += 1 if token == "(" else -1
        elif depth:
            continue
        elif token == "," and not token.quoted:
            found.append(tuple(current))
            current, fresh = [], True
        elif token == "." and not token.quoted:
            fresh = True
        elif fresh:
            current.append(spelled(token))
            fresh = False
        else:
            break
    found.append(tuple(current))
    return [each for each in found if each]


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
    """(kind, name parts) of every object that a text grants something on."""
    found = []
    for head, statement, default in grants(text):
        if default:
            found += [("schema", name) for name in dotted(after(head, "SCHEMA"))]
            continue
        target = after(statement, "ON")
        if not target:
            continue
        first = word(target[0])
        if first == "ALL":
            found += [("schema", name) for name in dotted(after(target, "SCHEMA"))]
        elif first in KINDS:
            found += [(KINDS[first], name) for name in dotted(target[1:])]
        else:
            found += [("table", name) for name in dotted(target)]
    return [(kind, name[-1:] if kind in ("schema", "database") else name[-2:]) for kind, name in found]


def databases_named(text):
    """The databases that a text connects to."""
    return [name.strip('"') for name in re.findall(r"^\\c(?:onnect)?\s+(\S+)", text, re.MULTILINE)]


def roles_named(text):
    """The roles that a text grants to, revokes from, creates or alters; PUBLIC is none."""
    found = set(roles_created(text))
    for _, statement, _ in grants(text):
        found |= {name[0] for name in dotted(after(statement, "TO", "FROM")) if name[0] != "public"}
    for statement in statements(text):
        if [word(token) for token in statement[:2]] in (["ALTER", "ROLE"], ["ALTER", "USER"]):
            found.add(spelled(statement[2]))
    return found - {"group"}


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
