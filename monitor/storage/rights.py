"""What a role of PostgreSQL may do with our tables, and which of it is missing."""

from sqlalchemy import Connection, text

from monitor.storage.correspondence import EVERY_TABLE

DEEDS = ("SELECT", "INSERT", "UPDATE", "DELETE")

_TABLES = text(
    """
    SELECT relname AS name, deed
    FROM pg_class, unnest(CAST(:deeds AS text[])) AS deed
    WHERE relnamespace = to_regnamespace(current_schema())
      AND (relname = ANY (:ours) OR relname LIKE 'procrastinate\\_%')
      AND relkind IN ('r', 'p')
      AND NOT has_table_privilege(oid, deed)
    ORDER BY array_position(:deeds, deed), relname
    """
)
_SEQUENCES = text(
    """
    SELECT relname FROM pg_class
    WHERE relnamespace = to_regnamespace(current_schema())
      AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') ELSE false END
    ORDER BY relname
    """
)
_DAYS = text(
    """
    SELECT current_schema() AS schema, pg_get_userbyid(relowner) AS owner,
        has_schema_privilege(current_schema(), 'CREATE') AS creates,
        pg_has_role(relowner, 'USAGE') AS owns
    FROM pg_class WHERE oid = to_regclass('observation')
    """
)


def lacking(connection: Connection) -> str | None:
    """What every process needs and our role may not do, with the cure; None: nothing.

    Always None on SQLite, where the file says so by itself.
    """
    if connection.dialect.name != "postgresql":
        return None
    asked = {"deeds": [*DEEDS], "ours": [*EVERY_TABLE.tables]}
    missing: dict[str, list[str]] = {}
    for name, deed in connection.execute(_TABLES, asked):
        missing.setdefault(deed, []).append(name)
    if missing:
        deeds = ", ".join(missing)
        return (
            f"does not let us {deeds} in {_some(next(iter(missing.values())))}; "
            f"GRANT {deeds} ON ALL TABLES IN SCHEMA {_schema(connection)} to our role"
        )
    if sequences := [*connection.execute(_SEQUENCES).scalars()]:
        return (
            f"does not let us count in {_some(sequences)}; "
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {_schema(connection)} to our role"
        )
    return None


def lacking_to_lead(connection: Connection) -> str | None:
    """Likewise, what only a leader needs: it makes a table for each day."""
    if connection.dialect.name != "postgresql":
        return None
    found = connection.execute(_DAYS).first()
    if found is None or (found.creates and found.owns):
        return None
    cure = (
        f"GRANT USAGE, CREATE ON SCHEMA {found.schema}"
        if not found.creates
        else f"GRANT {found.owner}"
    )
    return f"does not let us make a table for each day, as a leader must; {cure} to our role"


def _schema(connection: Connection) -> str:
    return str(connection.execute(text("SELECT current_schema()")).scalar_one())


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"
